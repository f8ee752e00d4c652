-- The direction of the standard-cost index is lost with the SMVP. The published elementary values say it: in each
-- cluster 100 × value / mean of the cluster goes with the published index (dearer is higher), its inverse against it.
with

elementary as (

    select codice_struttura, cluster_economico, codice_indicatore, cast(valore as double) as value
    from {{ ref('obiettivi_costi_standard_2021') }}
    where valore <> 0

),

published as (

    select codice_struttura, cast(valore as double) as published_index
    from {{ ref('obiettivi_indice_sintetico_costi_standard_2021') }}

),

against_cluster as (

    select
        codice_struttura,
        cluster_economico,
        100 * value / avg(value) over (partition by cluster_economico, codice_indicatore) as ratio
    from elementary

),

recomputed as (

    select codice_struttura, cluster_economico, avg(ratio) as recomputed_index
    from against_cluster
    group by codice_struttura, cluster_economico

),

compared as (

    select
        recomputed.cluster_economico,
        corr(recomputed.recomputed_index, published.published_index) as agreement,
        max(abs(recomputed.recomputed_index - published.published_index)) as furthest
    from recomputed
    inner join published
        on recomputed.codice_struttura = published.codice_struttura
    group by recomputed.cluster_economico

)

select cluster_economico, agreement, furthest
from compared
where agreement < 0.7 or furthest > 7
