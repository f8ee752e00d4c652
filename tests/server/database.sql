-- 240 rows over two years, with NULLs, wildcards, quotes and mixed case where filters are apt to go wrong.
create schema indicators;
create schema marts;
create schema slow;

create table marts.structures as
select * from (values
    ('s1', 'DR-LAZIO', 'ROMA', 'ROMA-EUR'),
    ('s2', 'DR-LAZIO', 'LATINA', null),
    ('s3', 'DR-UMBRIA', 'PERUGIA', null),
    ('s4', 'dr-molise', '50%_off', 'it''s "quoted"'),
    ('s5', null, 'back\slash', null)
) as t (structure_key, directorate_code, office_code, agency_code);

create table marts.areas as
select * from (values
    ('a1', 'AP-PRIV', 'PRESTAZIONI'), ('a2', 'AP-PUBB', 'PRESTAZIONI'), ('a3', 'ANAG', 'FLUSSI')
) as t (area_key, line_code, area_code);

create table indicators.components as
select
    i as row_id,
    's' || (1 + i % 6) as structure_key,
    'a' || (1 + i % 3) as area_key,
    case when i % 2 = 0 then '2024-M0' || (1 + i // 2 % 6) else '2025-P0' || (1 + i // 2 % 6) end as period_code,
    (case when i % 2 = 0 then date '2024-01-31' else date '2025-01-31' end
        + to_months((i // 2 % 6)::integer))::date as period_end_date,
    timestamp '2025-03-30 00:30:00.123' + to_hours(i::integer) as loaded_at,
    case when i % 5 = 4 then 'V0_2025' else 'consuntivo' end as scenario_code,
    case i % 8
        when 0 then null when 1 then 'Àlto' when 2 then 'ALTO' when 3 then '100%' when 4 then 'a_b'
        when 5 then 'a\b' when 6 then '' else 'basso''; drop table x; --'
    end as note,
    case when i % 7 = 0 then null else i % 3 = 0 end as is_automatic,
    case when i % 11 = 0 then null else (i % 9)::integer end as priority,
    case when i % 13 = 0 then null else i / 7.0 end::double as weight,
    case when i % 10 = 0 then null else (i * 1.0625 - 20)::decimal(18, 4) end as amount,
    1 as expected,
    case when i % 36 = 4 then 0 else 1 end as present
from range(240) as numbers (i);

create view slow.numbers as select i from range(60000000) as t (i);
create view slow.endless as select i from range(1000000000000) as t (i);
create table slow.broken (i integer);
