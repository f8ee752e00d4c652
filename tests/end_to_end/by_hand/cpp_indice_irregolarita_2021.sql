-- PP21, Controllo del Processo Produttivo, both levels: share of irregular files times share of files with findings, of those controlled,
-- × 100; each part summed first.
with

counted as (

    select
        $node as node,
        sum(f.cpp_regolarizzate_si + f.cpp_notificate) as irregular,
        sum(f.cpp_regolarizzate_si + f.cpp_regolarizzate_no + f.cpp_notificate) as with_findings,
        nullif(sum(f.cpp_controllate), 0) as checked
    from marts.fct_controls as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($months) and f.control_kind = 'CPP'
    group by all

)

select node, 100 * (irregular / checked) * (with_findings / checked) as value
from counted
