-- C102, 5.4.2.1: actual cost over the budget of the start of the year, less one, by printed item (chapters by the act's
-- plan; guarding, cleaning and water by the account's fifth character).
with

line as (

    select
        $node as node,
        substr(f.chapter_code, 2) as family,
        substr(f.account_code, 5, 1) as variant,
        f.scenario_code,
        f.amount_eur as amount
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.scenario_code in ('consuntivo', 'budget') and f.month_key in ($year_months)

),

summed as (

    select
        node,
        sum(amount) filter (where scenario_code = 'consuntivo') as actual,
        sum(amount) filter (where scenario_code = 'budget') as programmed
    from line
    where case '$item'
        when 'andamento_locazione' then family = 'U1104015'
        when 'fitti' then family in ('U1104015', 'U1104057', 'F1104015')
        when 'illuminazione' then family = 'U1104012'
        when 'riscaldamento' then family = 'U1104013'
        when 'vigilanza' then family = 'U1104014' and variant = '1'
        when 'pulizia' then family = 'U1104014' and variant = '2'
        when 'acqua' then family = 'U1104014' and variant = '3'
        when 'impianti' then family = 'U1104072'
        when 'manutenzione_ordinaria' then family = 'U1104016'
        when '' then
            family in ('U1104015', 'U1104057', 'F1104015', 'U1104012', 'U1104013', 'U1104072', 'U1104016')
            or family = 'U1104014' and variant in ('1', '2', '3')
        else false
    end
    group by node

)

select node, 100 * (actual - programmed) / nullif(programmed, 0) as value
from summed
