-- Lines of production, models, coefficients and allocations.

-- `area`: the backlog area of Tabella A that governs the line. `handled_by`: all offices and agencies, offices
-- alone, offices and directorates, or directorates alone. `is_productive`: its points enter the published cost
-- of a point. `demo_models` and `all_models`: invented models.
create table line as
with
listed (line, position, area, handled_by, is_productive, demo_models, all_models) as (
    values
    ('AP-PRIV', 1, 'PSI', 'all', true, 2, 44),
    ('AP-PUBB', 2, 'PSI', 'all', true, 1, 20),
    ('CONV-INT', 3, 'PSI', 'all', true, 1, 14),
    ('ELEV-SPEC', 4, 'PSI', 'all', true, 1, 16),
    ('FS-PC', 5, 'PSI', 'all', true, 2, 24),
    ('GCAI', 6, 'GCAI', 'all', true, 2, 32),
    ('AMM-SOC', 7, 'PSI', 'all', true, 2, 64),
    ('REQ-SS', 8, 'PSI', 'all', true, 2, 28),
    ('CRED-WELF', 9, 'PSI', 'all', true, 1, 16),
    ('ANAG', 10, 'FLUSSI', 'all', true, 0, 32),
    ('AGC', 11, 'FLUSSI', 'all', true, 0, 24),
    ('VIG-DOC', 12, 'FLUSSI', 'all', true, 1, 16),
    ('VIG-ISP', 13, 'FLUSSI', 'offices', false, 1, 8),
    ('CONTAB', 14, 'ALTRE', 'all', true, 1, 22),
    ('CTRL-PREST', 15, 'ALTRE', 'all', true, 0, 32),
    ('RICORSI', 16, 'ALTRE', 'shared', true, 0, 8),
    ('ARCHIVI', 17, 'ALTRE', 'all', true, 1, 4),
    ('ACC-INVCIV', 18, 'ALTRE', 'all', true, 1, 16),
    ('LEGALE', 19, 'ALTRE', 'shared', false, 1, 16),
    ('MED-LEG', 20, 'ALTRE', 'shared', false, 2, 28),
    ('CPP', 21, 'ALTRE', 'directorates', false, 1, 8),
    ('AUTOCERT', 22, 'ALTRE', 'directorates', false, 1, 4),
    ('RPS-ARCHIVI', 23, 'ALTRE', 'directorates', false, 1, 2),
    ('AMM-SOC-REG', 24, 'PSI', 'directorates', false, 1, 2),
    ('INFO-CONS', 25, 'ALTRE', 'all', true, 2, 10),
)
select
    listed.*,
    -- A year's points of the nation: the published plan; the advice line is born later and has none.
    coalesce(plan.valore::bigint, 400000) as year_points,
    case when line = 'INFO-CONS' then date '2025-01-01' else date '2010-01-01' end as from_date,
from listed
left join read_csv(getvariable('acts') || '/obiettivi_produzione_2021.csv', all_varchar = true) as plan
    on plan.codice_area = line;

create table model as
with
published as (
    select
        codice_modello as model, codice_prodotto as product, descrizione as description,
        coalesce(gruppo, 'SENZA GRUPPO') as product_group, codice_area as line,
    from read_csv(getvariable('acts') || '/prodotti.csv', all_varchar = true)
),
invented as (
    select
        'X' || lpad(position::varchar, 2, '0') || 'S' || lpad(n::varchar, 2, '0') as model,
        '9' || lpad(position::varchar, 2, '0') || lpad((n // 4 + 1)::varchar, 3, '0') as product,
        'SINTETICO ' || line || ' ' || lpad(n::varchar, 2, '0') as description,
        'SINTETICO ' || line as product_group,
        line,
    from line
    cross join range(1, 100) as counted(n)
    where n <= case when getvariable('all_models') then all_models else demo_models end
),
every_one as (
    select * from published
    union all
    select * from invented
),
drawn as (
    select every_one.*, year_points, from_date, draw('model', model, '', '') as bits, draw('coef', model, '', '') as c
    from every_one
    join line using (line)
),
measured as (
    select
        drawn.*,
        -- Hours per piece in ten-thousandths: from three minutes to two and a half hours.
        (case
            when lane(c, 0) % 100 < 35 then spread(c, 1, 500, 2500)
            when lane(c, 0) % 100 < 80 then spread(c, 1, 2500, 9000)
            else spread(c, 1, 9000, 25000)
        end // case when year_points < 50000 then 5 else 1 end) as fine_coefficient,
    from drawn
)
select
    model, product, description, product_group, line, from_date,
    -- Two, three or four printed decimals.
    greatest(case lane(c, 2) % 3
        when 0 then fine_coefficient // 100 * 100
        when 1 then fine_coefficient // 10 * 10
        else fine_coefficient
    end, 100) as coefficient,
    spread(bits, 0, 20, 100) as weight,
    spread(bits, 1, 30, 180) as rejected_share,
    case when lane(bits, 2) % 10 < 5 then spread(bits, 3, 300, 800) else spread(bits, 3, 0, 150) end
        as automated_share,
from measured
order by model;

-- 2024-10-01: eight models are measured again. A version closes on the last day included.
create table product_version as
with
measured_again as (
    select model, coefficient * spread(draw('measured-again', model, '', ''), 0, 85, 115) // 100 as coefficient
    from model
    where model in ('MT1K00', 'MT3K00', 'NM1K00', 'NT1K20', '45330', 'VD7K00', 'X01S01', 'X07S01')
)
select
    model.model, product, description, product_group, model.coefficient, from_date,
    case when again.model is not null then date '2024-09-30' end as to_date,
from model
left join measured_again as again using (model)
union all
select model, product, description, product_group, again.coefficient, date '2024-10-01', null
from measured_again as again
join model using (model)
order by model, from_date;

-- Which line and which types of structure a model is allocated to.
-- 2025-03-01: NT7K00 passes from Accertamento e gestione del credito to Anagrafica e flussi.
create table allocation as
with
kinds (type, handled_by) as (
    values
    ('DP', 'all'), ('DP', 'offices'), ('DP', 'shared'),
    ('FM', 'all'), ('FM', 'offices'), ('FM', 'shared'),
    ('FP', 'all'), ('FP', 'offices'), ('FP', 'shared'),
    ('AG', 'all'),
    ('DR', 'shared'), ('DR', 'directorates'),
    ('DCM', 'shared'), ('DCM', 'directorates'),
),
moves (model, line, from_date, to_date) as (
    values
    ('NT7K00', 'AGC', date '2010-01-01', date '2025-02-28'),
    ('NT7K00', 'ANAG', date '2025-03-01', null),
)
select
    model.model, kinds.type, coalesce(moves.line, model.line) as line,
    coalesce(moves.from_date, model.from_date) as from_date, moves.to_date,
from model
join line on line.line = model.line
join kinds using (handled_by)
left join moves on moves.model = model.model
order by model, type, from_date;
