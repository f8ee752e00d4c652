-- Each kind of bound, from the act's words: on either side of it and exactly on it; no bound, no value and no
-- actual have no verdict. A hundred times three tenths over ten is 3, though the double says a little more.
with

given as (

    {% set cases = [
        ('incidenza_conto_1005', 'TOT', '2021-P03', 'consuntivo', '2.99', 'entro'),
        ('incidenza_conto_1005', 'TOT', '2021-P03', 'consuntivo', '3', 'entro'),
        ('incidenza_conto_1005', 'TOT', '2021-P03', 'consuntivo', '100 * (0.1e0 * 3) / 10', 'entro'),
        ('incidenza_conto_1005', 'TOT', '2021-P03', 'consuntivo', '3.0001', 'oltre'),
        ('incidenza_conto_1005', 'TOT', '2025-P03', 'consuntivo', '5', 'entro'),
        ('incidenza_conto_1005', 'TOT', '2025-P06', 'consuntivo', '5', 'oltre'),
        ('incidenza_conto_1005', 'TOT', '2025-S1', 'consuntivo', '4', 'entro'),
        ('incidenza_conto_1005', 'TOT', '2025-P09', 'consuntivo', '4', 'oltre'),
        ('incidenza_conto_1005', 'TOT', '2025-A', 'consuntivo', '0', 'entro'),
        ('incidenza_conto_1005', 'TOT', '2025-A', 'consuntivo', '0.000001', 'oltre'),
        ('incidenza_conto_1005', 'TOT', '2025-P12', 'consuntivo', '-0.000001', 'oltre'),
        ('incidenza_conto_1005', 'TOT', '2025-P04', 'consuntivo', '9', none),
        ('incidenza_conto_1005', 'TOT', '2025-M03', 'consuntivo', '9', none),
        ('incidenza_conto_1005', 'TOT', '2025-P03', 'obiettivo', '9', none),
        ('incidenza_conto_1005', 'TOT', '2025-P03', 'consuntivo', 'null', none),
        ('scostamento_forecast', 'capitolo', '2021-P09', 'consuntivo', '-40', 'entro'),
        ('scostamento_forecast', 'capitolo', '2021-P09', 'consuntivo', '5', 'entro'),
        ('scostamento_forecast', 'capitolo', '2021-P09', 'consuntivo', '5.01', 'oltre'),
        ('scostamento_forecast', 'capitolo', '2025-P12', 'consuntivo', '-5', 'entro'),
        ('scostamento_forecast', 'capitolo', '2025-P12', 'consuntivo', '-5.01', 'oltre'),
        ('scostamento_forecast', 'TOT', '2025-P12', 'consuntivo', '40', none),
        ('congruita_assegnazioni', 'capitolo', '2025-A', 'consuntivo', '105', 'entro'),
        ('congruita_assegnazioni', 'capitolo', '2025-A', 'consuntivo', '105.5', 'oltre'),
        ('cpp_punteggio', 'TOT', '2021-A', 'consuntivo', '20', 'entro'),
        ('cpp_punteggio', 'TOT', '2021-A', 'consuntivo', '19', 'oltre'),
        ('cpp_equilibrio_livelli', 'TOT', '2025-A', 'consuntivo', '70', 'entro'),
        ('cpp_equilibrio_livelli', 'TOT', '2025-A', 'consuntivo', '69.99', 'oltre'),
        ('incassi_visite_mediche_gpa0037', 'TOT', '2021-A', 'consuntivo', '-5', 'entro'),
        ('incassi_visite_mediche_gpa0037', 'TOT', '2021-A', 'consuntivo', '-4.9', 'oltre'),
        ('incassi_visite_mediche_gpa52002', 'TOT', '2021-A', 'consuntivo', '-10', 'entro'),
        ('incassi_visite_mediche_gpa52002', 'TOT', '2021-A', 'consuntivo', '-9.9', 'oltre'),
        ('incassi_visite_mediche_gpa52002', 'TOT', '2025-A', 'consuntivo', '-9.9', none),
        ('indice_deflusso', 'TOT', '2021-T1', 'consuntivo', '1', 'entro'),
        ('indice_deflusso', 'area_obiettivo', '2021-T1', 'consuntivo', '0.99999', 'oltre'),
        ('indice_deflusso', 'TOT', '2023-A', 'consuntivo', '0.9', none),
        ('indice_sintetico_qualita', 'TOT', '2021-A', 'consuntivo', '100', 'oltre'),
        ('indice_sintetico_qualita', 'TOT', '2021-A', 'consuntivo', '100.001', 'entro'),
    ] -%}
    {% for indicator, area, period, scenario, value, verdict in cases %}
    select
        {{ loop.index }} as case_n,
        '{{ indicator }}' as indicator_code,
        '{{ area }}' as area_node_type,
        '{{ period }}' as period_code,
        '{{ scenario }}' as scenario_code,
        cast({{ value }} as double) as value,
        cast({{ sql_literal(verdict) }} as varchar) as expected_verdict
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

judged as (

    {{ with_verdicts('given') }}

)

select * from judged
where verdict is distinct from expected_verdict
