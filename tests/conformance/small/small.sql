create schema marts;
create schema indicators;

create table marts.dim_structure (structure_key varchar primary key, office_code varchar, directorate_code varchar);
insert into marts.dim_structure values
    ('1', 'DP-ROMA', 'DR-LAZIO'),
    ('2', 'DP-LATINA', 'DR-LAZIO'),
    ('3', 'DP-TERNI', 'DR-UMBRIA');

create table marts.fct_components (
    component_key integer,
    structure_key varchar,
    structure_current_key varchar,
    period_code varchar,
    period_end_date date,
    scenario_code varchar,
    received integer,
    points decimal(18, 4),
    fte decimal(18, 4),
    is_productive boolean,
    is_closing boolean
);
insert into marts.fct_components values
    (1, '1', '1', '2025-M01', '2025-01-31', 'consuntivo', 10, 1200.5, 10.5, true, true),
    (2, '1', '1', '2025-M01', '2025-01-31', 'consuntivo', 20, 0.1, 0.2, true, true),
    (3, '1', '1', '2025-M01', '2025-01-31', 'consuntivo', 30, 100, 1, false, true),
    (4, '2', '1', '2025-M01', '2025-01-31', 'consuntivo', 40, 300, 3, true, true),
    (5, '3', '3', '2025-M01', '2025-01-31', 'consuntivo', 50, 50, 0, true, true),
    (6, '1', '1', '2025-M02', '2025-02-28', 'consuntivo', 60, null, 2, true, true),
    (7, '3', '3', '2025-M02', '2025-02-28', 'consuntivo', null, 70, 0.7, true, true),
    (8, '3', '3', '2025-M02', '2025-02-28', 'V0_2025', 5, 75, 0.7, true, false),
    -- More digits than a double can hold.
    (9, '2', '1', '2025-M02', '2025-02-28', 'V0_2025', 5, 12345678901234.5678, 1, true, false);

-- A view without the catalogue's name, so that the file answers under any alias.
create view indicators.ind_components_by_period as select * from marts.fct_components;
