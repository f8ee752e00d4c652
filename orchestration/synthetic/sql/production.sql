-- What every structure receives of every model in a mean month, and who helps whom.

-- One row per structure and model (`id`), in groups per structure and line (`group_id`). `received` is thousandths
-- of a piece in a month of 2021; `stock` is thousandths of a piece: the backlog days of Tabella A (moved by up to
-- 18 %) times what is received.
create table cell as
with
handled as (
    select
        structure.root, structure.region, structure.office, structure.type, line.line, line.area, model.model,
        model.coefficient, model.weight as model_weight, model.from_date, model.rejected_share,
        model.automated_share, line.year_points,
        -- A directorate does an eighth of what it shares with its offices and all of what it does alone.
        structure.weight * spread(draw('mix', root, line.line, ''), 0, 800, 1200)
            // case when handled_by = 'shared' and structure.type in ('DR', 'DCM') then 8 else 1 end as weight,
        spread(draw('days', root, line.line, ''), 0, 85, 118) as days_share,
    from structure
    join allocation on allocation.type = structure.type and allocation.to_date is null
    join model using (model)
    join line on line.line = model.line
    -- Part of the models, but at least one of every line allocated to the type.
    qualify
        row_number() over (partition by root, line.line order by draw('first', root, model, ''), model) = 1
        or lane(draw('handles', root, model, ''), 0) % 100 < case structure.type
            when 'AG' then getvariable('agency_share')
            when 'DR' then 100
            when 'DCM' then 100
            else getvariable('office_share')
        end
),
line_weight as (
    select line, sum(weight)::bigint as total_weight
    from model
    group by line
),
measured as (
    select
        handled.*,
        -- Ten-thousandths of a point in a mean month: nation, line, model, structure.
        (year_points::hugeint * 10000 // 12 // getvariable('divisor')
            * model_weight // total_weight
            * weight // sum(weight) over (partition by model))::bigint as points,
    from handled
    join line_weight using (line)
),
target as (
    select codice_struttura as code, codice_area as area, valore::bigint as days
    from read_csv(getvariable('acts') || '/obiettivi_indice_giacenza_2021.csv', all_varchar = true)
)
select
    row_number() over (order by measured.root, line, model) as id,
    dense_rank() over (order by measured.root, line) as group_id,
    measured.root, region, type, line, model, coefficient, from_date, rejected_share, automated_share, points,
    points * 1000 // coefficient as received,
    points * 1000 // coefficient * coalesce(own.days, above.days) * days_share // 3000 as stock,
    points * coalesce(own.days, above.days) // 30 as planned_stock,
from measured
left join target as own on own.code = measured.office and own.area = measured.area
left join target as above on above.code = measured.region and above.area = measured.area
where measured.root in (from in_scope)
order by id;

-- Closing backlogs, filled month by month; only the last two months asked for are kept.
create table closing (id bigint, idx integer, bits ubigint, pieces bigint);

-- Who completes pieces for whom: the published pairs (a directorate is represented by its offices), and in
-- every directorate the smallest office for the largest. `pieces`: thousandths in a mean month.
create table aid as
with
ranked as (
    select
        root, region,
        row_number() over (partition by region order by weight desc, root) as largest,
        row_number() over (partition by region order by weight, root) as smallest,
    from structure
    where type in ('DP', 'FM') and root in (from in_scope)
),
agreed as (
    select
        codice_sussidiante as helper, codice_sussidiata as helped,
        pezzi::bigint * 1000 // 12 // getvariable('divisor') as pieces,
        case codice_sussidiante
            when 'UC-ESTRATTO-CONTO-DIP-PUBBLICI' then 'AP-PUBB'
            when 'PG-TFS-TFR' then 'FS-PC'
            else 'AMM-SOC'
        end as line,
    from read_csv(getvariable('acts') || '/obiettivi_sussidiarieta_2021.csv', all_varchar = true)
),
between_directorates as (
    select coalesce(helping.root, helper) as helper, helped_office.root as owner, line, pieces // 3 as pieces
    from agreed
    left join ranked as helping on helping.region = agreed.helper and helping.largest = 1
    join ranked as helped_office on helped_office.region = agreed.helped and helped_office.largest <= 3
    where helping.root is not null or helper not in (select region from structure)
),
inside_directorates as (
    select helping.root, helped_office.root, 'ANAG', null::bigint
    from ranked as helping
    join ranked as helped_office using (region)
    where helping.smallest = 1 and helped_office.largest = 1 and helping.root <> helped_office.root
),
pair as (
    select * from between_directorates
    union all
    select * from inside_directorates
),
spread_over_models as (
    select
        pair.helper, pair.owner, cell.id, cell.model, cell.received,
        coalesce(pieces * cell.received // sum(cell.received) over (partition by helper, owner, cell.line),
            cell.received * 4 // 100)::bigint as pieces,
    from pair
    join cell on cell.root = pair.owner and cell.line = pair.line
)
-- Whoever helps, never more than 30 % of what the owner receives.
select
    helper, owner, id, model,
    least(pieces, received * 3 // 10 * pieces // greatest(sum(pieces) over (partition by id), 1))::bigint
        as pieces,
from spread_over_models
where pieces > 0
order by helper, owner, model;
