-- Moments around the starts of steps: fiscal years, weeks, half-years, midnights in Rome and in UTC.
create schema s;
create table s.enti as
select * from (values ('E1', 'Nord', 'I'), ('E2', 'Sud', 'I')) as enti (ente, nome, paese);
create table s.paesi as
select * from (values ('I', 'Italia')) as paesi (paese, nome);
create table s.strutture as
select * from (
    values ('A', 'DR-A', 'E1', date '2020-01-01'), ('B', 'DR-B', 'E1', null), ('C', 'DR-C', 'E2', date '2024-06-30'), ('D', 'DR-D', null, null)
) as strutture (k, direzione, ente, aperta);
create table s.fatti as
select
    row_number() over (order by q, k) as id,
    k,
    q,
    cast(q as date) as giorno,
    strftime(q, '%Y-%m') as p,
    cast(1 + (row_number() over (order by q, k) * 37) % 101 as decimal(12, 2)) / 4 as a,
    case when day(q) % 5 <> 0 then hour(q) + 1 end as b,
    day(q) % 3 = 0 as z,
    case when month(q) % 4 <> 0 then month(q) % 2 = 0 end as o
from (
    select unnest([
        timestamp '2019-12-31 23:30:00', timestamp '2023-03-31 21:59:59', timestamp '2023-03-31 22:00:00',
        timestamp '2023-04-01 00:00:00', timestamp '2023-12-31 23:00:00', timestamp '2024-01-01 00:00:00',
        timestamp '2024-02-29 12:00:00', timestamp '2024-03-14 23:59:59', timestamp '2024-03-15 00:00:00',
        timestamp '2024-03-31 00:30:00', timestamp '2024-03-31 01:30:00', timestamp '2024-06-30 23:59:59.999',
        timestamp '2024-07-01 00:00:00', timestamp '2024-10-27 00:30:00', timestamp '2024-10-27 01:30:00',
        timestamp '2024-12-29 05:00:00', timestamp '2024-12-30 03:59:59', timestamp '2025-01-05 08:00:00',
        timestamp '2025-01-06 07:59:59', timestamp '2025-01-12 16:00:00', timestamp '2025-01-19 23:59:59',
        timestamp '2025-01-20 00:00:00', timestamp '2025-05-31 10:00:00', timestamp '2025-08-31 10:00:00',
        timestamp '2030-02-28 20:00:00'
    ]) as q
) as moments
cross join (select unnest(['A', 'B', 'C', 'D']) as k) as keys;
