{#
  One indicator's rows, from the terms of the domains that it sums: the keys of a node, numerator, denominator and value.

  Nothing is stored for a combination in which no term has a value. An indicator of one domain reads its rows as they
  are; one of several sums them by node first, each domain giving its own terms and null for the others.
#}
{% macro indicator_rows(metric, terms, touched) %}
    {% set meta = metric.config.meta %}
    {% set formula = indicator_formula(metric) %}
    {% set used = [] %}
    {% set domains = [] %}
    {% for name in modules.re.findall('\\bterm_\\d+\\b', over_terms(formula.value, terms)) if name not in used %}
        {% do used.append(name) %}
        {% set domain = term_domain(terms[(name[5:] | int) - 1]) %}
        {% do domains.append(domain) if domain not in domains %}
    {% endfor %}
    select
        '{{ meta.codice }}' as indicator_code,
        organisation_code,
        node_code,
        node_level,
        area_node_type,
        area_node_code,
        period_code,
        scenario_code,
        cast({{ over_terms(formula.numerator, terms) }} as decimal(38, 6)) as numerator,
        cast({{ over_terms(formula.denominator, terms) }} as decimal(38, 6)) as denominator,
        cast({{ over_terms(formula.value, terms) }} as double) as value,
        '{{ indicator_sources(metric) | join(' ') }}' as sources_code,
        {{ meta.polarita }} as polarity,
        {{ 'true' if meta.get('obiettivo') == 'scenario' else 'false' }} as has_scenario_target
    from {{ ref('int_terms_' ~ domains[0]) if domains | length == 1 else terms_of_domains(metric, domains, used, terms, touched) }}
    where
        {{ indicator_scope(metric, touched) }}
        and coalesce({{ used | join(', ') }}, null) is not null
{% endmacro %}

{# Levels, areas and scenarios that an indicator is defined at, in the periods `touched`: a condition over a domain's terms. #}
{% macro indicator_scope(metric, touched) %}
    {%- set meta = metric.config.meta -%}
    node_level in ('{{ meta.livelli | join("', '") }}')
        and area_node_type in ('{{ (['TOT'] + meta.nodi_area) | join("', '") }}')
        and {{ touched }}
        {%- if meta.get('scenari') %}
        and scenario_code in ('{{ meta.scenari | join("', '") }}')
        {%- endif %}
{%- endmacro %}

{# The terms of several domains side by side: one row for each node, area, period and scenario that any of them has. #}
{% macro terms_of_domains(metric, domains, used, terms, touched) %}
(
        select
            organisation_code,
            node_code,
            node_level,
            area_node_type,
            area_node_code,
            period_code,
            scenario_code
            {%- for name in used %},
            sum({{ name }}) as {{ name }}
            {%- endfor %}
        from (
            {% for domain in domains %}
            {% set own = domain_sums(domain, terms).keys() | list %}
            select
                organisation_code,
                node_code,
                node_level,
                area_node_type,
                area_node_code,
                period_code,
                scenario_code
                {%- for name in used %},
                {{ name if name in own else 'null' }} as {{ name }}
                {%- endfor %}
            from {{ ref('int_terms_' ~ domain) }}
            where
                {{ indicator_scope(metric, touched) }}
            {{ 'union all' if not loop.last }}
            {% endfor %}
        ) as by_domain
        group by all
    ) as by_node
{% endmacro %}
