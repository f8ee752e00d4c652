{{ rollup(['controls'], ['control_level']) }}
