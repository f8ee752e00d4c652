-- The size classes are a reading at the level of the cluster's first two characters (M2, P3, …): it stands only
-- as long as the act prints one number for the clusters of a class, and the regional clusters are those of the masters.
select cluster as about, 'clusters of a class with different targets' as problem
from {{ ref('obiettivi_personale_2021') }}
where codice_indicatore = 'supporto'
group by left(cluster, 2), cluster
having
    min(valore) <> (
        select min(others.valore)
        from {{ ref('obiettivi_personale_2021') }} as others
        where others.codice_indicatore = 'supporto' and left(others.cluster, 2) = left(obiettivi_personale_2021.cluster, 2)
    )
union all
select targets.codice_struttura as about, 'regional cluster other than the one in strutture' as problem
from {{ ref('obiettivi_personale_2021') }} as targets
left join {{ ref('strutture') }} as structures
    on targets.codice_struttura = structures.codice
where
    targets.codice_indicatore = 'strutture_regionali'
    and cast(targets.cluster as varchar) is distinct from cast(structures.cluster_regionale_personale as varchar)
