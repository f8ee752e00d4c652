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

-- Few rows, for comparisons: every value in the tests is worked by hand from these.
create table marts.nodes as
select * from (values
    ('n1', 'DR-A', 'O1', 'R1', 'C'), ('n2', 'DR-A', 'O2', 'R1', 'C'), ('n3', 'DR-B', 'O3', 'R2', 'C'),
    ('n4', 'DR-C', 'O4', 'R2', 'C'), ('n5', 'DR-D', 'O5', 'R3', 'C'), ('n6', 'DR-E', 'O6', 'R3', 'D'),
    ('n7', 'DR-A', 'DR-A/PROPRIA', 'R1', 'C'), ('n8', 'DC-X', 'O8', null, null),
    -- A directorate of two clusters, and an office that moved from one directorate to another.
    ('n9', 'DR-F', 'O9', 'R4', 'C'), ('n10', 'DR-F', 'O10', 'R4', 'D'),
    ('n11', 'DR-A', 'O11', 'R1', 'C'), ('n12', 'DR-B', 'O11', 'R2', 'C')
) as t (node_key, directorate_code, office_code, region, economic_cluster);

create table indicators.figures as
select
    row_number() over () as row_id,
    period_code, make_date(substr(period_code, 1, 4)::integer, 3, 31) as period_end_date,
    scenario_code, node_key, line_code,
    pieces::decimal(18, 2) as pieces, hours::decimal(18, 2) as hours, 1 as expected, present
from (values
    ('2025-M03', 'consuntivo', 'n1', 'L1', 30, 10, 1), ('2025-M03', 'consuntivo', 'n2', 'L2', 30, 20, 1),
    ('2025-M03', 'consuntivo', 'n3', 'L1', 20, 10, 1), ('2025-M03', 'consuntivo', 'n4', 'L2', 100, 160, 1),
    ('2025-M03', 'consuntivo', 'n5', 'L2', 5, 0, 1), ('2025-M03', 'consuntivo', 'n6', 'L2', 10, 4, 0),
    ('2025-M03', 'consuntivo', 'n8', 'L2', 5, 0, 1), ('2025-M03', 'V0', 'n1', 'L1', 1000, 1, 1),
    ('2024-M03', 'consuntivo', 'n1', 'L1', 40, 10, 0), ('2024-M03', 'consuntivo', 'n3', 'L1', 0, 10, 1),
    ('2024-M03', 'consuntivo', 'n5', 'L2', 8, 2, 1), ('2023-M03', 'consuntivo', 'n1', 'L1', 7, 7, 1),
    ('2025-M02', 'consuntivo', 'n1', 'L1', 50, 20, 1), ('2025-M02', 'consuntivo', 'n3', 'L1', 10, 10, 1),
    ('2025-M01', 'consuntivo', 'n1', 'L1', 12, 4, 1), ('2024-M12', 'consuntivo', 'n1', 'L1', 6, 4, 1),
    ('2025-P03', 'consuntivo', 'n1', 'L1', 92, 34, 1), ('2025-P03', 'consuntivo', 'n2', 'L2', 30, 20, 1),
    ('2025-P03', 'consuntivo', 'n3', 'L1', 30, 20, 1),
    ('2025-P02', 'consuntivo', 'n1', 'L1', 62, 24, 1), ('2025-P01', 'consuntivo', 'n1', 'L1', 12, 4, 1),
    ('2024-P03', 'consuntivo', 'n1', 'L1', 100, 50, 1),
    ('2025-M04', 'consuntivo', 'n1', 'L1', 4, 2, 1), ('2025-M04', 'consuntivo', 'n3', 'L1', 3, 2, 1),
    ('2025-M04', 'consuntivo', 'n7', 'L1', 9, 1, 1),
    ('2025-M05', 'consuntivo', 'n1', 'L1', 5, 1, 1), ('2025-M05', 'consuntivo', 'n9', 'L1', 10, 1, 1),
    ('2025-M05', 'consuntivo', 'n10', 'L1', 10, 1, 1),
    ('2025-M06', 'consuntivo', 'n11', 'L1', 4, 2, 1), ('2025-M06', 'consuntivo', 'n12', 'L1', 6, 2, 1),
    ('2025-M06', 'consuntivo', 'n1', 'L1', 3, 1, 1),
    ('2025-M07', 'consuntivo', 'n1', 'L1', 0.1, 0.3, 1), ('2025-M07', 'consuntivo', 'n3', 'L1', 0.3, 0.9, 1)
) as t (period_code, scenario_code, node_key, line_code, pieces, hours, present);

create table indicators.reported as
select indicator_code, organisation_code, node_level, node_code, split_part(area_node_code, ':', 1) as area_node_type,
    area_node_code, period_code, 'consuntivo' as scenario_code, target::double as target
from (values
    ('resa', 'as_was', 'direzione', 'DR-A', 'TOT', '2025-M03', 1.6),
    ('resa', 'as_was', 'direzione', 'DR-B', 'TOT', '2025-M03', null),
    ('resa', 'as_is', 'direzione', 'DR-A', 'TOT', '2025-M03', 5),
    ('resa', 'as_was', 'direzione', 'DR-A', 'linea:L1', '2025-M03', 6),
    ('resa', 'as_was', 'sede', 'O1', 'TOT', '2025-M03', 4),
    ('resa', 'as_was', 'nazionale', 'NAZIONALE', 'TOT', '2025-M03', 1),
    ('resa', 'as_was', 'direzione', 'DR-A', 'TOT', '2025-P03', 2),
    ('resa', 'as_was', 'direzione', 'DR-A', 'TOT', '2025-P02', 2.5),
    ('attesa', 'as_was', 'direzione', 'DR-A', 'TOT', '2025-M03', 0.4),
    ('attesa', 'as_was', 'direzione', 'DR-B', 'TOT', '2025-M03', 0)
) as t (indicator_code, organisation_code, node_level, node_code, area_node_code, period_code, target);
