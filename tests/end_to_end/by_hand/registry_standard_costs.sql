-- Tabella C: the cost of the printed title over what it is printed for. Chapters by the act's plan (their first digit
-- changes in 2025); on the chapter of the running of premises the account's fifth character tells guarding (1), cleaning
-- (2) and water (3) apart, on that of missions those 01/07 (1).
with

line as (

    select
        $node as node,
        substr(f.chapter_code, 2) as family,
        substr(f.account_code, 5, 1) as variant,
        f.cost_group_code,
        f.amount_eur as amount
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.scenario_code = 'consuntivo' and f.month_key in ($year_months)

),

-- Last year's lines under the structure that each belongs to this year: today's, or the one in force a year later.
line_before as (

    select $node as node, substr(f.chapter_code, 2) as family, f.amount_eur as amount
    from marts.fct_costs as f
    join marts.dim_structure as then_ on then_.structure_key = f.structure_key
    join marts.dim_month as m on m.month_key = f.month_key + 100
    join marts.dim_structure as s
        on case
            when '$key' = 'structure_current_key' then s.structure_key = f.structure_current_key
            else
                m.reference_date between s.valid_from and coalesce(s.valid_to, date '9999-12-31')
                and s.structure_code = case
                    when exists (
                        select 1 from marts.dim_structure as still
                        where
                            still.structure_code = then_.structure_code
                            and m.reference_date between still.valid_from and coalesce(still.valid_to, date '9999-12-31')
                    ) then then_.structure_code
                    else then_.current_structure_code
                end
        end
    where
        f.scenario_code = 'consuntivo'
        and m.month_key in ($year_months)
        and m.month_key in (select month_key from marts.fct_costs where scenario_code = 'consuntivo')

),

upper_part as (

    select node, sum(amount) as amount
    from line
    where case '$item'
        when 'CS01' then true
        when 'CS02' then family not in ('U1104012', 'U1104013', 'U1104014', 'U1104016', 'U1104072', 'U1104015', 'U1104057', 'F1104015')
        when 'CS03' then family in ('U1104012', 'U1104013', 'U1104014', 'U1104016', 'U1104072', 'U1104015', 'U1104057', 'F1104015')
        when 'CS04' then family in ('U1104012', 'U1104013', 'U1104014', 'U1104016', 'U1104072', 'U1104015', 'U1104057', 'F1104015')
        when 'CS05' then family in ('U1104012', 'U1104013', 'U1104014', 'U1104016', 'U1104072')
        when 'CS06' then family in ('U1104015', 'U1104057', 'F1104015')
        when 'CS07' then family in ('U1104015', 'U1104057', 'F1104015')
        when 'CS08' then family = 'U1104012'
        when 'CS09' then family = 'U1104013'
        when 'CS10' then family = 'U1104014'
        when 'CS11' then family = 'U1104014' and variant = '1'
        when 'CS12' then family = 'U1104014' and variant = '2'
        when 'CS13' then family = 'U1104014' and variant = '3'
        when 'CS14' then family = 'U1210001'
        when 'CS15' then family in ('U1104005', 'U1104040')
        when 'CS17' then family = 'U1104018'
        when 'CS18' then family = 'U1102002'
        when 'CS19' then family = 'U1102005'
        when 'CS20' then family = 'U1102005' and variant = '1'
        when 'CS21' then family = 'U1102028'
        else false
    end
    group by all

),

measure as (

    select $node as node, f.measure_code, sum(f.numerator) as numerator, sum(f.denominator) as denominator
    from marts.fct_measures as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key = $closing
    group by all

),

points as (

    select $node as node, sum(f.definito_om) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_area as a using (area_key)
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($months)
        and a.line_code not in ('VIG-ISP', 'SUPPORTO', 'REGIONALE', 'NR')
    group by all

),

staff as (

    select
        $node as node,
        sum(f.teste) filter (where f.month_key = $closing) as heads,
        sum(f.fte) as present
    from marts.fct_presence as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($months)
    group by all

),

lower_part as (

    select node, amount::double as amount from points where '$item' in ('CS01', 'CS02', 'CS18')
    union all
    select node, numerator::double as amount from measure where '$item' = 'CS03' and measure_code = 'MQ_LORDI'
    union all
    select node, numerator::double as amount from measure
    where '$item' in ('CS05', 'CS06', 'CS08', 'CS09', 'CS10', 'CS11', 'CS12', 'CS13') and measure_code = 'MQ_NETTI'
    union all
    select node, heads::double as amount from staff where '$item' in ('CS04', 'CS15', 'CS17', 'CS19', 'CS20')
    union all
    select node, present::double as amount from staff where '$item' = 'CS21'
    union all
    select node, sum(amount)::double as amount from line_before
    where '$item' = 'CS07' and family in ('U1104015', 'U1104057', 'F1104015')
    group by all
    union all
    select node, sum(amount)::double as amount from line where '$item' = 'CS14' and cost_group_code in ('INPS_PR_D', 'INPS_BS_D') group by all
    union all
    select node, denominator::double as amount from measure where '$item' = 'CS16' and measure_code = 'MAT_CONS_3A'

)

select node, upper_part.amount / nullif(lower_part.amount, 0) as value
from (
    -- Per cent; and a month's people present are the FTE-months by the months.
    select
        node,
        amount * case when '$item' in ('CS07', 'CS14') then 100 when '$item' = 'CS21' then $days // 30 else 1 end as amount
    from upper_part
    where '$item' <> 'CS16'
    union all
    select node, numerator from measure where '$item' = 'CS16' and measure_code = 'MAT_CONS_3A'
) as upper_part
join lower_part using (node)
