{{ rollup(['results'], ['item_code', 'level_two_code', 'section_code']) }}
