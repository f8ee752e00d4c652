-- Tabella C, a year to March. Premises without rents: 32 + 64 + 128 + 256 + 512 + 1024 + 2048 + 4096 = 8160; rents:
-- 8192 + 16384 + 32768 = 57344; together (TOC) 65504. The other classes: 1000 + 10 + 20 + 4 + 30 + 12 + 16 + 14 + 10 = 1116;
-- all costs 66620, of them discretionary 20 + 12 + 16 = 48.
--   Over 10 points of the production areas (5 of others do not count): 6662; net of TOC 111.6; overtime 1.
--   Over 8 gross m²: TOC 8188. Over 4 net m²: premises 2040, rents 14336, lighting 8, heating 16, running 1920 / 4 = 480,
--   guarding 32, cleaning 64, water 128. Over 2 heads: TOC 32752, consumables 12 (14 + 10, not the mean of two
--   accounts), porterage 8, missions 24 / 2 = 12, those 01/07 2. Vouchers: 30 × 3 months over 6 FTE-months = 15.
--   Rents of a year before 28672: trend 200. Legal over discretionary 25 per cent. Three years' consumables 900 / 9 = 100.
-- With nothing to divide by, or zero, no value.
{{ indicator_example(
    given=[
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'stipendi', 'costo': 1000},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'straordinario', 'costo': 10},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'missioni', 'costo': 20, 'is_discretionary_cost': true},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'missioni_01_07', 'costo': 4},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'buoni_pasto', 'costo': 30},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'legali', 'costo': 12, 'is_discretionary_cost': true},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'facchinaggio', 'costo': 16, 'is_discretionary_cost': true},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'materiale_consumo', 'costo': 14},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'materiale_consumo', 'costo': 10},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'illuminazione', 'costo': 32, 'costo_anno_precedente': 999},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'riscaldamento', 'costo': 64},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'vigilanza', 'costo': 128},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'pulizia', 'costo': 256},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'acqua', 'costo': 512},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'conduzione_altro', 'costo': 1024},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'manutenzione_ordinaria', 'costo': 2048},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'impianti', 'costo': 4096},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'fitto_locazione', 'costo': 8192, 'costo_anno_precedente': 20000},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'fitto_fip', 'costo': 16384, 'costo_anno_precedente': 8000},
        {'period_code': '2025-P03', 'period_months_n': 3, 'cost_class_code': 'fitto_figurativo', 'costo': 32768, 'costo_anno_precedente': 672},
        {'period_code': '2025-P03', 'is_production_area': true, 'definito_om': 9, 'definito_sussidiarieta_resa_om': 1},
        {'period_code': '2025-P03', 'is_production_area': false, 'definito_om': 5, 'definito_sussidiarieta_resa_om': 0},
        {'period_code': '2025-P03', 'measure_code': 'MQ_LORDI', 'misura_numeratore_finale': 8},
        {'period_code': '2025-P03', 'measure_code': 'MQ_NETTI', 'misura_numeratore_finale': 4},
        {'period_code': '2025-P03', 'measure_code': 'MAT_CONS_3A', 'misura_numeratore_finale': 700, 'misura_denominatore_finale': 4},
        {'period_code': '2025-P03', 'measure_code': 'MAT_CONS_3A', 'misura_numeratore_finale': 200, 'misura_denominatore_finale': 5},
        {'period_code': '2025-P03', 'measure_code': 'SALDO_GPA0037', 'misura_numeratore_finale': 5, 'misura_denominatore_finale': 50},
        {'period_code': '2025-P03', 'teste': 2, 'fte': 6},
        {'period_code': '2025-P04', 'period_months_n': 4, 'cost_class_code': 'missioni_01_07', 'costo': 1},
        {'period_code': '2025-P04', 'period_months_n': 4, 'cost_class_code': 'legali', 'costo': 1, 'is_discretionary_cost': false},
        {'period_code': '2025-P04', 'period_months_n': 4, 'cost_class_code': 'fitto_fip', 'costo': 1, 'costo_anno_precedente': 0},
        {'period_code': '2025-P04', 'period_months_n': 4, 'cost_class_code': 'buoni_pasto', 'costo': 1},
        {'period_code': '2025-P04', 'is_production_area': true, 'definito_om': 0, 'definito_sussidiarieta_resa_om': 0},
        {'period_code': '2025-P04', 'is_production_area': false, 'definito_om': 5, 'definito_sussidiarieta_resa_om': 0},
        {'period_code': '2025-P04', 'measure_code': 'MQ_LORDI', 'misura_numeratore_finale': 0},
        {'period_code': '2025-P04', 'measure_code': 'MAT_CONS_3A', 'misura_numeratore_finale': 700, 'misura_denominatore_finale': 0},
        {'period_code': '2025-P04', 'teste': 0, 'fte': 0},
    ],
    expect=[
        {'period_code': '2025-P03', 'costi_standard_cs01': 6662, 'costi_standard_cs02': 111.6, 'costi_standard_cs03': 8188, 'costi_standard_cs04': 32752},
        {'period_code': '2025-P03', 'costi_standard_cs05': 2040, 'costi_standard_cs06': 14336, 'costi_standard_cs07': 200, 'costi_standard_cs08': 8},
        {'period_code': '2025-P03', 'costi_standard_cs09': 16, 'costi_standard_cs10': 480, 'costi_standard_cs11': 32, 'costi_standard_cs12': 64},
        {'period_code': '2025-P03', 'costi_standard_cs13': 128, 'costi_standard_cs14': 25, 'costi_standard_cs15': 12, 'costi_standard_cs16': 100},
        {'period_code': '2025-P03', 'costi_standard_cs17': 8, 'costi_standard_cs18': 1, 'costi_standard_cs19': 12, 'costi_standard_cs20': 2, 'costi_standard_cs21': 15},
        {'period_code': '2025-P04', 'costi_standard_cs01': none, 'costi_standard_cs02': none, 'costi_standard_cs03': none, 'costi_standard_cs04': none},
        {'period_code': '2025-P04', 'costi_standard_cs05': none, 'costi_standard_cs06': none, 'costi_standard_cs07': none, 'costi_standard_cs08': none},
        {'period_code': '2025-P04', 'costi_standard_cs09': none, 'costi_standard_cs10': none, 'costi_standard_cs11': none, 'costi_standard_cs12': none},
        {'period_code': '2025-P04', 'costi_standard_cs13': none, 'costi_standard_cs14': none, 'costi_standard_cs15': none, 'costi_standard_cs16': none},
        {'period_code': '2025-P04', 'costi_standard_cs17': none, 'costi_standard_cs18': none, 'costi_standard_cs19': none, 'costi_standard_cs20': none, 'costi_standard_cs21': none},
    ],
) }}
