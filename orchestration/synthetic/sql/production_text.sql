select
    string_agg(
        concat_ws(
            ';', getvariable('year'), getvariable('month'), structure, line, product, model, mode, helped,
            dotted(opening), dotted(received), dotted(accepted), dotted(rejected), dotted(automated),
            dotted(adjusted), dotted(closing)
        ),
        chr(13) || chr(10) order by place
    ) as text,
    count(*) as rows,
    coalesce(sum(received), 0)::bigint as pervenuto,
    coalesce(sum(accepted + rejected), 0)::bigint as definito,
    coalesce(sum(closing), 0)::bigint as giacenza_finale,
from production
