-- Two directorates, one coordination, five offices and one agency at work over two years, in a nation whose other
-- structures (those of the acts) have not delivered. The numbers are invented by arithmetic: enough rows for every
-- first metric to have values at every level, few enough to build in seconds.
--
--   NAZIONALE ─┬─ DR-LAZIO ──── DP-VITERBO
--              ├─ DR-UMBRIA ─┬─ DP-TERNI ─── AG-ORVIETO
--              │             ├─ DP-PERUGIA
--              │             └─ DP-FOLIGNO   closed with 2024; its history continues in DP-PERUGIA
--              └─ DCM-ROMA ──── FM-ROMA-EUR
--
-- What makes engines differ is here on purpose: NULLs, a zero denominator, an office that closed and one whose last
-- months are missing, work done for others, a product whose coefficient changed, thirteen months of accounts, amounts
-- with cents of both signs.

create macro mixed(text, lowest, highest) as lowest + cast(hash(text) % (highest - lowest + 1) as bigint);

create table months as
    select
        cast(strftime(first_day, '%Y%m') as integer) as yyyymm,
        cast(year(first_day) as integer) as anno,
        cast(month(first_day) as integer) as mese
    from (select unnest(range(date '2024-01-01', date '2026-01-01', interval 1 month)) as first_day);

create table mst_strutture as
select
    codice,
    denominazione,
    tipo,
    case when tipo <> 'NAZ' then replace(coalesce(codice_padre, 'NAZIONALE'), 'DG', 'NAZIONALE') end as codice_padre,
    regione,
    cluster_economico,
    cluster_regionale_personale as cluster_personale,
    complessita,
    date '2020-01-01' as valido_dal,
    null::date as valido_al,
    null::varchar as codice_successore
from read_csv(getvariable('structures'), all_varchar = true)
union all
values
    ('NAZIONALE', 'Nazionale', 'NAZ', null, null, null, null, null, date '2020-01-01', null, null),
    ('DP-FOLIGNO', 'Foligno', 'DP', 'DR-UMBRIA', 'Umbria', null, null, 'bassa', date '2020-01-01', date '2024-12-31', 'DP-PERUGIA'),
    ('AG-ORVIETO', 'Orvieto', 'AG', 'DP-TERNI', 'Umbria', null, null, 'bassa', date '2020-01-01', null, null);

create table products as
    select * from (
        values
            ('X101', 'AP-PRIV', 1.25, 1.25),
            ('X102', 'AMM-SOC', 0.3333, 0.4),
            ('X103', 'ANAG', 0.5, 0.5),
            ('X104', 'CONTAB', 2.0, 1.75),
            ('X105', 'VIG-ISP', 8.0, 8.0),
            ('X106', 'GCAI', 0.0125, 0.0125)
    ) as t (cod_modello, cod_linea, coefficient_2024, coefficient_2025);

create table mst_prodotti as
    select
        cod_modello,
        cod_modello as cod_prodotto,
        'SINTETICO ' || cod_modello as descrizione,
        'SINTETICO' as gruppo,
        cast(coefficiente as decimal(9, 4)) as coefficiente,
        valido_dal,
        valido_al
    from (
        select cod_modello, coefficient_2024 as coefficiente, date '2020-01-01' as valido_dal, date '2024-12-31' as valido_al
        from products
        union all
        select cod_modello, coefficient_2025, date '2025-01-01', null from products
    );

create table mst_allocazioni as
    select
        cod_modello,
        tipo_struttura,
        cod_linea,
        date '2020-01-01' as valido_dal,
        null::date as valido_al
    from products, (values ('DP'), ('FM'), ('AG')) as t (tipo_struttura);

-- The last two months of Perugia have not arrived.
create table workplaces as
    select cod_struttura, yyyymm, anno, mese
    from (values ('DP-VITERBO'), ('DP-TERNI'), ('DP-PERUGIA'), ('DP-FOLIGNO'), ('FM-ROMA-EUR'), ('AG-ORVIETO')) as t (cod_struttura), months
    where not (cod_struttura = 'DP-FOLIGNO' and anno = 2025) and not (cod_struttura = 'DP-PERUGIA' and yyyymm >= 202511);

-- Terni never gets product X106 and Viterbo never receives it: one denominator is missing and one is zero.
create table pieces as
select
    workplaces.*,
    products.cod_linea,
    products.cod_modello,
    case
        when cod_modello = 'X106' and cod_struttura = 'DP-VITERBO' then 0
        else cast(mixed('p' || cod_struttura || cod_modello || yyyymm, 20, 400) as integer)
    end as pervenuto,
    cast(mixed('a' || cod_struttura || cod_modello || yyyymm, 5, 250) as integer) as definito_accolto,
    cast(mixed('r' || cod_struttura || cod_modello || yyyymm, 0, 60) as integer) as definito_respinto,
    -- What Viterbo completes for Terni.
    case when cod_struttura = 'DP-TERNI' and cod_modello = 'X102' then 13 + mese else 0 end as ricevuta
from workplaces, products
where not (cod_struttura = 'DP-TERNI' and cod_modello = 'X106');

create table pb_prod as
select
    anno,
    mese,
    cod_struttura,
    cod_linea,
    cod_modello as cod_prodotto,
    cod_modello,
    'P' as modalita,
    null::varchar as cod_struttura_sussidiata,
    cast(closing - change as integer) as giacenza_iniziale,
    pervenuto,
    definito_accolto,
    definito_respinto,
    cast(definito_accolto // 3 as integer) as definito_automatizzato,
    0 as rettifiche,
    cast(closing as integer) as giacenza_finale
from (
    select
        *,
        pervenuto - definito_accolto - definito_respinto - ricevuta as change,
        5000 + sum(change) over (partition by cod_struttura, cod_modello order by yyyymm) as closing
    from pieces
)
union all
select anno, mese, 'DP-VITERBO', cod_linea, cod_modello, cod_modello, 'R', 'DP-TERNI', 0, 0, 11 + mese, 2, 0, 0, 0
from months, products
where cod_modello = 'X102';

create table hr_pres as
    select
        yyyymm as periodo,
        sha256(cod_struttura || person) as matricola,
        cod_struttura,
        case when person % 7 = 0 then 'SUPPORTO' else list_value('AP-PRIV', 'AMM-SOC', 'ANAG', 'VIG-ISP')[person % 4 + 1] end as cod_area,
        list_value('funzionario', 'assistente', 'informatico', 'ispettore_vigilanza', 'operatore')[person % 5 + 1] as profilo,
        list_value('produzione', 'sportello', 'centralino', 'ispettiva', 'produzione', 'produzione')[person % 6 + 1] as funzione,
        case when person % 9 = 0 then 'S' else 'N' end as comandato,
        cast(100 as decimal(5, 2)) as part_time_pct,
        9072 as ore_lavorabili,
        cast(mixed('h' || cod_struttura || person || yyyymm, 3000, 9072) as integer) as ore_presenza,
        60 as ore_straordinario,
        cast(mixed('m' || cod_struttura || person || yyyymm, 0, 400) as integer) as ore_malattia,
        0 as ore_altre_assenze,
        21 as giorni_lavorabili,
        15 as giorni_presenza,
        cast(mixed('g' || person || yyyymm, 0, 8) as integer) as giorni_agili
    from (
        select * from workplaces
        union all
        select cod_struttura, yyyymm, anno, mese from (values ('DR-LAZIO'), ('DR-UMBRIA'), ('DCM-ROMA')) as t (cod_struttura), months
    ), range(1, 13) as people (person);

-- Every class of cost by its chapter and account; budget and forecasts on direct costs only.
create table sap_coan as
    select
        anno as esercizio,
        mese as periodo,
        '1000' as societa,
        cod_struttura as cdr,
        case when dir = 'I' and mixed('cic' || cod_struttura || account, 0, 4) = 0 then '1005' else '3301' end as cic,
        cost_group as gruppo_vdc,
        chapter as capitolo,
        account as conto,
        'SINTETICO' as descrizione,
        tipo,
        dir,
        case when dir = 'D' and chapter = '4U1102002' then 'X' end as prod,
        cast((mixed(cod_struttura || account || tipo || dir || anno || mese, 0, 90000000) - 5000000) / 100 as decimal(18, 2)) as importo,
        'EUR' as divisa,
        'D' || mese as n_doc,
        make_date(anno, least(mese, 12), 15) as data_reg
    from
        (
            select cod_struttura, anno, mese from workplaces where cod_struttura not like 'AG-%'
            union
            select cod_struttura, anno, 13 from workplaces where cod_struttura not like 'AG-%' and mese = 12
        ) as offices,
        (
            select
                chapter_code as chapter,
                coalesce(account_code, 'C' || chapter_code) as account,
                case when chapter_code like '5U2%' then 'INPS_VDCFI' when chapter_code like '4U1101%' then 'INPS_PR_V' else 'INPS_BS_D' end
                    as cost_group
            from read_csv(getvariable('seeds') || '/registry/cost_classes.csv', all_varchar = true)
        ) as accounts,
        (values ('EFF'), ('BDG'), ('F01'), ('F02'), ('F03'), ('F04')) as kinds (tipo),
        (values ('D'), ('I')) as directions (dir)
    -- Three chapters are printed otherwise from 2025 on, and are booked on as they are printed.
    where
        (tipo = 'EFF' or dir = 'D')
        and case
            when anno < 2025 then chapter not like '8U1104%'
            else chapter not in ('4U1104052', '5U1104015', '5U1104057')
        end;

-- The items of both trees, each in the years of its own.
create table sap_ieep as
    select
        anno as esercizio,
        mese as periodo,
        cod_struttura as struttura,
        voce,
        tipo,
        cast(mixed(cod_struttura || voce || tipo || anno || mese, 0, 70000000) / 100 as decimal(18, 2)) as importo,
        'EUR' as divisa
    from
        (
            select cod_struttura, anno, mese from workplaces where cod_struttura not like 'AG-%'
            union
            select cod_struttura, anno, 13 from workplaces where cod_struttura not like 'AG-%' and yyyymm = 202412
        ) as offices,
        (
            select codice_voce as voce, 2024 as of_year
            from read_csv(getvariable('seeds') || '/acts/ieep_voci.csv', all_varchar = true) as tree
            where
                livello <> 'totale'
                and not exists (
                    from read_csv(getvariable('seeds') || '/acts/ieep_voci.csv', all_varchar = true) as part
                    where part.codice_padre = tree.codice_voce
                )
            union all
            select codice_voce, 2025
            from read_csv(getvariable('seeds') || '/acts/ieep_voci_2025.csv', all_varchar = true)
        ) as items,
        (values ('EFF'), ('OBV')) as kinds (tipo)
    where of_year = anno;

create table piano_volumi as
    select
        'V0.1_' || anno as versione,
        anno,
        cod_struttura,
        cod_linea,
        mese,
        cast(giacenza as decimal(18, 4)) as giacenza_om,
        cast(mixed('v' || cod_struttura || cod_linea || yyyymm, 5000, 90000) / 100 as decimal(18, 4)) as pervenuto_om,
        cast(mixed('w' || cod_struttura || cod_linea || yyyymm, 5000, 90000) / 100 as decimal(18, 4)) as definito_om,
        cast(2.5 as decimal(18, 4)) as risorse_fte
    from workplaces, products, (values (750.25)) as stock (giacenza)
    where cod_struttura not like 'AG-%';

-- Controls of both levels, of every office: more than half of what is due is checked, a part of it irregular.
create table ctrl_cpp as
    select
        yyyymm as periodo, cod_struttura, livello, 'X101' as cod_prodotto,
        cast(100 + mixed('c' || cod_struttura || livello || yyyymm, 1, 60) as integer) as a_controllo,
        cast(60 + mixed('d' || cod_struttura || livello || yyyymm, 1, 40) as integer) as controllate,
        cast(mixed('e' || cod_struttura || livello || yyyymm, 1, 12) as integer) as regolarizzate_si,
        cast(mixed('f' || cod_struttura || livello || yyyymm, 1, 9) as integer) as regolarizzate_no,
        cast(mixed('g' || cod_struttura || livello || yyyymm, 0, 5) as integer) as notificate,
        cast(1 as integer) as regolarizzate_30gg
    from workplaces, (values ('I'), ('II')) as levels (livello)
    where cod_struttura not like 'AG-%';
create table ctrl_ac as
    select
        yyyymm as periodo, cod_struttura, 40 as programmate,
        cast(mixed('h' || cod_struttura || yyyymm, 20, 45) as integer) as controllate, 3 as irregolari
    from workplaces
    where cod_struttura not like 'AG-%';
create table ctrl_audit as
    select
        yyyymm as periodo, cod_struttura, 2 as campagne_previste, 1 as campagne_concluse, 4 as accessi_previsti,
        cast(mixed('i' || cod_struttura || yyyymm, 1, 4) as integer) as accessi_svolti, 1 as esiti_positivi
    from workplaces
    where cod_struttura not like 'AG-%';

-- The measures that the costs are read with, and every other measure of the registry, from every office; the mark of the
-- customers' survey is one of 1 to 5.
create table mis as
    select
        yyyymm as periodo,
        cod_struttura as struttura,
        measure as misura,
        cast(mixed(measure || cod_struttura || yyyymm, -2000, 900000) / 100 as decimal(18, 4)) as numeratore,
        case
            -- A balance comes with that of the end of the year before.
            when measure like 'SALDO_%'
                then cast(mixed(measure || cod_struttura || ((anno - 1) * 100 + 12), -2000, 900000) / 100 as decimal(18, 4))
            when has_denominator then cast(mixed('d' || measure || cod_struttura || yyyymm, 0, 500000) / 100 as decimal(18, 4))
        end as denominatore
    from
        workplaces,
        (
            values
                ('MQ_LORDI', false), ('MQ_NETTI', false), ('PIGNORAMENTI', false), ('FATT_RIT', true), ('MAT_CONS_3A', true),
                ('SALDO_GPA0037', true), ('SALDO_GPA52002', true)
        ) as measures (measure, has_denominator)
    where not (measure like 'SALDO_%' and cod_struttura = 'DP-FOLIGNO')
    union all
    select
        yyyymm as periodo, cod_struttura as struttura, measure_code as misura,
        cast(case
            when measure_code = 'IMP_4' then mixed('j' || cod_struttura || yyyymm, 2000, 4000)
            else mixed('j' || cod_struttura || measure_code || yyyymm, 100, 900)
        end / 10 as decimal(18, 4)) as numeratore,
        cast(mixed('k' || cod_struttura || measure_code || yyyymm, 900, 1500) / 10 as decimal(18, 4)) as denominatore
    from workplaces, read_csv(getvariable('seeds') || '/registry/measures.csv', all_varchar = true)
    where
        cod_struttura not like 'AG-%'
        and measure_code not in (
            'MQ_LORDI', 'MQ_NETTI', 'PIGNORAMENTI', 'FATT_RIT', 'MAT_CONS_3A', 'SALDO_GPA0037', 'SALDO_GPA52002'
        );

-- Extracts that no indicator reads: their columns, and no rows.
create table piano_obiettivi (
    versione varchar, indicatore varchar, cod_struttura varchar, cod_area varchar, periodo varchar,
    valore decimal(18, 6)
);
-- Lazio has agreed to work for Umbria, as DP-VITERBO does for DP-TERNI.
create table piano_sussidiarieta as
    select
        'V0.1_' || anno as versione, anno, 'DR-LAZIO' as cod_struttura, 'DR-UMBRIA' as cod_struttura_sussidiata, mese,
        cast(15 + mese as integer) as pezzi
    from months;
