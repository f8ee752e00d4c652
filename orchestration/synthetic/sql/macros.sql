-- Deterministic draws: 64 bits of md5(seed | keys), cut into four lanes of 16 bits. DuckDB's own hash() is not
-- used because its values may change between versions.
create macro draw(stream, a, b, c) as
    md5_number_lower(concat_ws('|', getvariable('seed'), stream, a, b, c));
-- One lane (0-3) of a draw, 0 .. 65535.
create macro lane(bits, n) as ((bits >> (16 * n)) & 65535)::bigint;
-- One lane spread evenly over the integers low .. high.
create macro spread(bits, n, low, high) as low + (lane(bits, n) * (high - low + 1)) // 65536;
-- Thousandths to units, rounding up as often as the fraction says: small volumes keep their mean.
create macro whole(thousandths, bits, n) as (thousandths + (lane(bits, n) * 1000) // 65536) // 1000;

-- 1234567 -> 1.234.567
create macro dotted(n) as format('{:t.}', n);
-- Cents to the list's amount: 1.234.567,89 with the minus sign behind.
create macro alv_amount(cents) as
    dotted(abs(cents) // 100) || ',' || lpad((abs(cents) % 100)::varchar, 2, '0')
    || case when cents < 0 then '-' else '' end;
-- Minutes to HHHH:MM.
create macro clock(minutes) as
    lpad((minutes // 60)::varchar, 4, '0') || ':' || lpad((minutes % 60)::varchar, 2, '0');
-- Ten-thousandths to a plain decimal with four digits: 12345 -> 1.2345 (or 1,2345 with a comma).
create macro four_decimals(n, mark) as (n // 10000)::varchar || mark || lpad((n % 10000)::varchar, 4, '0');
create macro two_decimals(n, mark) as
    case when n < 0 then '-' else '' end || (abs(n) // 100)::varchar || mark || lpad((abs(n) % 100)::varchar, 2, '0');

-- A cell of a printed list, left or right aligned.
create macro wide(text, width) as rpad(text, width, ' ');
create macro flush_right(text, width) as lpad(text, width, ' ');

-- Ten-thousandths to an exact decimal.
create macro points_of(n) as (n::decimal(14, 0) * 0.0001::decimal(5, 4))::decimal(18, 4);
