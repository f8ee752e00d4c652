-- What a chapter is for, said a second time: by the words of the act's own list of chapters, and by account where one
-- chapter pays for several things. Every chapter of the acts has a class for the accounts that have none of their own.
with

chapters as (

    select distinct capitolo as chapter_code, descrizione as chapter_name
    from {{ ref('capitoli_spesa') }}
    where ambito = 'strutture territoriali'
    union all
    select chapter_code, chapter_name
    from {{ ref('other_chapters') }}

),

words (class_code, pattern) as (

    values
    ('stipendi', 'Stipendi%'),
    ('straordinario', '%lavoro straordinario%'),
    ('missioni', '%missioni all''interno'),
    ('missioni_01_07', '%missioni all''interno'),
    ('buoni_pasto', '%buoni pasto%'),
    ('sicurezza', 'Spese per la sicurezza%'),
    ('praticanti_legali', '%praticanti legali'),
    ('libri', 'Acquisto libri%'),
    ('materiale_consumo', '%altro materiale di consumo%'),
    ('impianti_mobili', 'Manutenzione e noleggio impianti%'),
    ('illuminazione', '%illuminazione%'),
    ('riscaldamento', '%riscaldamento%'),
    ('conduzione_altro', 'Spese di conduzione%'),
    ('vigilanza', 'Spese di conduzione%'),
    ('pulizia', 'Spese di conduzione%'),
    ('acqua', 'Spese di conduzione%'),
    ('fitto_locazione', 'Fitto di locali%'),
    ('fitto_fip', 'Fitto di stabili%'),
    ('fitto_figurativo', 'Fitto Figurativo%'),
    ('manutenzione_ordinaria', 'Spese di manutenzione ordinaria%'),
    ('facchinaggio', 'Spese di facchinaggio%'),
    ('impianti', '%servizi di impiantistica%'),
    ('legali', 'Spese legali%'),
    ('manutenzione_straordinaria', '%manutenzione straordinaria%'),
    ('manutenzione_straordinaria', 'Spese di adattamento funzionale%')

),

accounts (class_code, account_code) as (

    values
    ('missioni_01_07', 'AA04102005'),
    ('vigilanza', 'AA05104014'),
    ('pulizia', 'AA05204014'),
    ('acqua', 'AA05304014')

),

classes as (

    select * from {{ ref('cost_classes') }}

),

unclassed as (

    select chapters.chapter_code, 'chapter without a class' as problem
    from chapters
    left join classes
        on chapters.chapter_code = classes.chapter_code and classes.account_code is null
    where classes.chapter_code is null

),

misread as (

    select classes.chapter_code, 'class ' || classes.class_code || ' on a chapter that the act calls otherwise' as problem
    from classes
    where
        not exists (
            select 1
            from chapters
            inner join words
                on chapters.chapter_name like words.pattern
            where chapters.chapter_code = classes.chapter_code and words.class_code = classes.class_code
        )

),

misbooked as (

    select coalesce(classes.chapter_code, accounts.class_code) as chapter_code, 'account of another class' as problem
    from (select chapter_code, account_code, class_code from classes where account_code is not null) as classes
    full outer join accounts
        on classes.account_code = accounts.account_code and classes.class_code = accounts.class_code
    where classes.account_code is null or accounts.account_code is null

)

select * from unclassed
union all
select * from misread
union all
select * from misbooked
