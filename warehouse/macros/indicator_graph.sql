{#
  An indicator's SQL, expanded from dbt's own graph: `ind_values` is computed from the same metric definitions
  that MetricFlow and the compiled Cube model read.

  A *term* is one filtered sum of a measure. `indicator_terms()` gives every term used by an indicator,
  name → SQL over `ind_components_by_period`; `indicator_formula(metric)` gives the indicator's numerator,
  denominator and value over the terms' names.
#}

{% macro semantic_model_componenti() %}
    {% for model in graph.semantic_models.values() if model.name == 'componenti' %}
        {{ return(model) }}
    {% endfor %}
{% endmacro %}

{#
  Measures and dimensions of `componenti` by name: `measures` → the measure, `dimensions` → its SQL. Thousands of sums
  ask, so both are kept in the graph, as long as it is the same semantic model.
#}
{% macro componenti_by_name() %}
    {% set model = semantic_model_componenti() %}
    {% if 'cruscotto_componenti' not in graph or graph.cruscotto_componenti.model is not sameas model %}
        {% set measures = {} %}
        {% for measure in model.measures %}
            {% do measures.update({measure.name: measure}) %}
        {% endfor %}
        {% set dimensions = {} %}
        {% for dimension in model.dimensions %}
            {% do dimensions.update({dimension.name: dimension.expr or dimension.name}) %}
        {% endfor %}
        {% do graph.update({'cruscotto_componenti': {'model': model, 'measures': measures, 'dimensions': dimensions}}) %}
    {% endif %}
    {{ return(graph.cruscotto_componenti) }}
{% endmacro %}

{% macro metric_by_name(name) %}
    {% set metric = graph.metrics.get('metric.' ~ project_name ~ '.' ~ name) %}
    {% if metric is none %}
        {{ exceptions.raise_compiler_error("metric '" ~ name ~ "' is used in a definition and defined nowhere") }}
    {% endif %}
    {{ return(metric) }}
{% endmacro %}

{#
  Every elementary indicator: a metric whose meta has a `codice`, in the order of their names. Composites (`composito`)
  are no sums of components: `ind_evaluation` computes them.
#}
{% macro indicators(composite=false) %}
    {% set found = [] %}
    {% for metric in graph.metrics.values() | sort(attribute='name') if metric.config.meta.get('codice') %}
        {% if metric.config.meta.get('composito', false) == composite %}
            {% do found.append(metric) %}
        {% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}

{# What the catalogue says of every indicator, composites included: code, polarity, levels, validity. #}
{% macro indicator_facts() %}
    {% set found = [] %}
    {% for metric in indicators() + indicators(composite=true) %}
        {% set meta = metric.config.meta %}
        {% do found.append({
            'code': meta.codice,
            'polarity': meta.polarita,
            'levels': meta.livelli,
            'valid_from': meta.valido_dal,
            'valid_to': meta.valido_al,
            'is_composite': meta.get('composito', false),
        }) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}

{# Filters of a metric or of an input, as SQL over the columns of `ind_components_by_period`. #}
{% macro filter_sql(holder) %}
    {% set conditions = [] %}
    {% if holder and holder.filter %}
        {% set dimensions = componenti_by_name().dimensions %}
        {% for where in holder.filter.where_filters %}
            {% set pieces = modules.re.split("\\{\\{\\s*Dimension\\('componente__(\\w+)'\\)\\s*\\}\\}", where.where_sql_template) %}
            {% set sql = [] %}
            {% for piece in pieces %}
                {% if loop.index0 % 2 %}
                    {% if piece not in dimensions %}
                        {{ exceptions.raise_compiler_error("filter on '" ~ piece ~ "': not a dimension of componenti") }}
                    {% endif %}
                    {% do sql.append(dimensions[piece]) %}
                {% else %}
                    {% do sql.append(piece) %}
                {% endif %}
            {% endfor %}
            {% do conditions.append(modules.re.sub('\\s+', ' ', sql | join('')) | trim) %}
        {% endfor %}
    {% endif %}
    {{ return(conditions) }}
{% endmacro %}

{# One filtered sum, written with its conditions in a fixed order so that equal terms are equal texts. #}
{% macro term_sql(measure_name, conditions) %}
    {% set measure = componenti_by_name().measures.get(measure_name) %}
    {% if measure is none %}
        {{ exceptions.raise_compiler_error("measure '" ~ measure_name ~ "' is not a measure of componenti") }}
    {% endif %}
    {% set expression = measure.expr or measure.name %}
    {% if conditions %}
        {{ return('sum(case when ' ~ (conditions | unique | sort | join(' and ')) ~ ' then ' ~ expression ~ ' end)') }}
    {% else %}
        {{ return('sum(' ~ expression ~ ')') }}
    {% endif %}
{% endmacro %}

{# The metric as SQL: sums in place of measures, filters pushed down into them. #}
{% macro expand_metric(metric, inherited=[]) %}
    {% set conditions = inherited + filter_sql(metric) %}
    {% set params = metric.type_params %}
    {% if metric.type == 'simple' %}
        {{ return(term_sql(params.measure.name, conditions + filter_sql(params.measure))) }}
    {% elif metric.type == 'ratio' %}
        {{ return(
            expand_metric(metric_by_name(params.numerator.name), conditions + filter_sql(params.numerator))
            ~ ' / nullif('
            ~ expand_metric(metric_by_name(params.denominator.name), conditions + filter_sql(params.denominator))
            ~ ', 0)'
        ) }}
    {% elif metric.type == 'derived' %}
        {% set inputs = {} %}
        {% for input in params.metrics %}
            {% set source = metric_by_name(input.name) %}
            {% set expanded = expand_metric(source, conditions + filter_sql(input)) %}
            {% do inputs.update({
                (input.alias or input.name): expanded if source.type == 'simple' else '(' ~ expanded ~ ')'
            }) %}
        {% endfor %}
        {% set sql = [] %}
        {% for word in modules.re.split('(\\w+)', params.expr) %}
            {% do sql.append(inputs.get(word, word)) %}
        {% endfor %}
        {{ return(sql | join('')) }}
    {% else %}
        {{ exceptions.raise_compiler_error("metric '" ~ metric.name ~ "': type '" ~ metric.type ~ "' has no expansion") }}
    {% endif %}
{% endmacro %}

{#
  Numerator, denominator and value of an indicator. A formula with one division has a numerator and a
  denominator of its own; a sum has a numerator only; anything else (families, weighted sums of ratios) neither.
#}
{% macro indicator_formula(metric) %}
    {% set value = expand_metric(metric) %}
    {% set sides = value.split(' / nullif(') %}
    {% if metric.type == 'simple' %}
        {{ return({'numerator': value, 'denominator': 'null', 'value': value}) }}
    {% elif sides | length == 2 and value.endswith(', 0)') and not value.startswith('coalesce(') %}
        {{ return({'numerator': sides[0], 'denominator': sides[1][:-4], 'value': value}) }}
    {% else %}
        {{ return({'numerator': 'null', 'denominator': 'null', 'value': value}) }}
    {% endif %}
{% endmacro %}

{#
  Every distinct filtered sum of the indicators: list of SQL texts. Kept in the graph, which one run of dbt shares among
  its nodes: a dozen of them ask, and the definitions cannot change in between.
#}
{% macro indicator_terms() %}
    {% if 'cruscotto_terms' not in graph %}
        {% set terms = [] %}
        {% for metric in indicators() %}
            {% for term in terms_in(expand_metric(metric)) %}
                {% if term not in terms %}
                    {% do terms.append(term) %}
                {% endif %}
            {% endfor %}
        {% endfor %}
        {% do graph.update({'cruscotto_terms': terms | sort}) %}
    {% endif %}
    {{ return(graph.cruscotto_terms) }}
{% endmacro %}

{# The filtered sums of an expanded formula, in its order. #}
{% macro terms_in(sql) %}
    {{ return(modules.re.findall('sum\\((?:[^()]|\\([^()]*\\))*\\)', sql)) }}
{% endmacro %}

{# Domain of the components that a term sums: it has rows of no other. Kept in the graph, as the terms are. #}
{% macro term_domain(term) %}
    {% if 'cruscotto_domains' not in graph %}
        {% do graph.update({'cruscotto_domains': {}}) %}
    {% endif %}
    {% if term not in graph.cruscotto_domains %}
        {% set found = [] %}
        {% set words = modules.re.findall('\\w+', modules.re.sub("'[^']*'", '', term)) %}
        {% for domain, columns in component_domains().items() %}
            {% for name in columns if name in words and domain not in found %}
                {% do found.append(domain) %}
            {% endfor %}
        {% endfor %}
        {% if found | length != 1 %}
            {{ exceptions.raise_compiler_error("the sum '" ~ term ~ "' is over components of " ~ found ~ ": a measure sums one domain") }}
        {% endif %}
        {% do graph.cruscotto_domains.update({term: found[0]}) %}
    {% endif %}
    {{ return(graph.cruscotto_domains[term]) }}
{% endmacro %}

{# Columns that a domain's rows sum: name → expression over the components; terms, and the counts of deliveries. #}
{% macro domain_sums(domain, terms) %}
    {% set sums = {} %}
    {% for term in terms if term_domain(term) == domain %}
        {% do sums.update({'term_' ~ (terms.index(term) + 1): term}) %}
    {% endfor %}
    {% for source in (delivery_sources() if domain == 'deliveries' else []) %}
        {% for column in ['attese_' ~ source, 'presenti_' ~ source] %}
            {% do sums.update({column: 'sum(' ~ column ~ ')', column ~ '_chiusura': 'sum(' ~ column ~ '_chiusura)'}) %}
        {% endfor %}
    {% endfor %}
    {{ return(sums) }}
{% endmacro %}

{# A formula over the terms' columns: each sum replaced by the column that holds it. #}
{% macro over_terms(sql, terms) %}
    {% set out = namespace(text=sql) %}
    {% for term in terms_in(sql) %}
        {% set out.text = out.text.replace(term, 'term_' ~ (terms.index(term) + 1)) %}
    {% endfor %}
    {{ return(out.text) }}
{% endmacro %}

{# Deliveries an indicator needs: [source, 'chiusura' or ''] pairs, from the measures it sums. #}
{% macro indicator_sources(metric) %}
    {% set sources = [] %}
    {% for name in measures_of(metric) %}
        {% set meta = componenti_by_name().measures[name].config.meta %}
        {% if meta.fonte in delivery_sources() %}
            {% set column = meta.fonte ~ ('_chiusura' if meta.natura == 'stock' else '') %}
            {% if column not in sources %}
                {% do sources.append(column) %}
            {% endif %}
        {% endif %}
    {% endfor %}
    {{ return(sources | sort) }}
{% endmacro %}

{# Names of the measures at the leaves of a metric. #}
{% macro measures_of(metric) %}
    {% set found = [] %}
    {% set params = metric.type_params %}
    {% if metric.type == 'simple' %}
        {% do found.append(params.measure.name) %}
    {% else %}
        {% set inputs = [params.numerator, params.denominator] if metric.type == 'ratio' else params.metrics %}
        {% for input in inputs %}
            {% for name in measures_of(metric_by_name(input.name)) %}
                {% if name not in found %}
                    {% do found.append(name) %}
                {% endif %}
            {% endfor %}
        {% endfor %}
    {% endif %}
    {{ return(found) }}
{% endmacro %}
