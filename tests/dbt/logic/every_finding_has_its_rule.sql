-- The catalogue and the macros name the same findings: a line without a rule never fires, a rule without a line is not
-- explained.
with

rules as (

    {% for code in finding_codes() %}
    select '{{ code }}' as code
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

catalogue as (

    select * from {{ ref('findings') }}

),

final as (

    select
        rules.code as rule,
        catalogue.code as line
    from rules
    full outer join catalogue on rules.code = catalogue.code
    where
        rules.code is null
        or catalogue.code is null

)

select * from final
