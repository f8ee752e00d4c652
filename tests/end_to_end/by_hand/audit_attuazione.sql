-- C102 §5.4.5: campaigns and follow-up visits done over planned, × 100.
with

counted as (

    select $node as node, sum(f.audit_campagne_concluse + f.audit_accessi_svolti) as upper_part, sum(f.audit_campagne_previste + f.audit_accessi_previsti) as lower_part
    from marts.fct_controls as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($months) and f.control_kind = 'AUDIT'
    group by all

)

select node, 100 * upper_part / nullif(lower_part, 0) as value
from counted
