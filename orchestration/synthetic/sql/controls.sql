-- The models under the control of the production process, the best fed first.
create table controlled as
select model
from cell
where from_date < date '2021-01-01'
group by model
order by sum(points) desc, model
limit getvariable('controlled_models');

-- Directorates, with their size in thousandths of the nation.
create table directorate as
select root, type, (weight * 1000 // sum(weight) over ())::bigint as size
from structure
where type in ('DR', 'DCM')
order by root;
