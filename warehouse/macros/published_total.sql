{#
  A reconciliation with numbers that the acts print. `compared` is SQL that gives structure_code, item_code,
  printed_total and added_total, `comparisons` how many rows it must give (a test that compares nothing passes nothing).

  Selects what is wrong: a printed number that its parts miss without a row of `known_rounding_differences`
  (table_code, structure_code, item_code, difference = added − printed), and a row there that explains nothing any more.
#}
{% macro published_total(table_code, compared, comparisons) %}
with

compared as (

    {{ compared }}

),

differences as (

    select
        structure_code,
        item_code,
        printed_total,
        added_total,
        cast(added_total - printed_total as decimal(18, 6)) as difference
    from compared
    where added_total is distinct from printed_total

),

explained as (

    select structure_code, item_code, difference
    from {{ ref('known_rounding_differences') }}
    where table_code = '{{ table_code }}'

),

wrong as (

    select
        coalesce(differences.structure_code, explained.structure_code) as structure_code,
        coalesce(differences.item_code, explained.item_code) as item_code,
        differences.printed_total,
        differences.added_total,
        case
            when explained.structure_code is null then 'differs, and nothing explains it'
            else 'known_rounding_differences explains a difference that is not there'
        end as problem
    from differences
    full outer join explained
        on
            differences.structure_code = explained.structure_code
            and differences.item_code = explained.item_code
            and differences.difference = explained.difference
    where differences.structure_code is null or explained.structure_code is null

),

counted as (

    select count(*) as comparisons_n from compared

)

select * from wrong
union all
select
    null as structure_code,
    null as item_code,
    {{ comparisons }} as printed_total,
    comparisons_n as added_total,
    'compared another number of rows than {{ comparisons }}' as problem
from counted
where comparisons_n <> {{ comparisons }}
{% endmacro %}
