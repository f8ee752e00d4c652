{{ rollup(['measures'], ['measure_code']) }}
