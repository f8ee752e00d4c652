-- C102 §5.4.5: positive outcomes over follow-up visits done, × 100.
with

counted as (

    select $node as node, sum(f.audit_esiti_positivi) as upper_part, sum(f.audit_accessi_svolti) as lower_part
    from marts.fct_controls as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($months) and f.control_kind = 'AUDIT'
    group by all

)

select node, 100 * upper_part / nullif(lower_part, 0) as value
from counted
