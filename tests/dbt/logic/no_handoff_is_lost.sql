-- Every handoff that was opened is published with its verdicts, whatever is missing beside it.
with

opened as (

    select * from {{ ref('int_handoffs') }}

),

published as (

    select * from {{ ref('fct_handoffs') }}

),

final as (

    select opened.*
    from opened
    left join published
        on
            opened.source_system = published.source_system
            and opened.lead_id = published.lead_id
            and opened.handoff_number = published.handoff_number
    where published.lead_id is null

)

select * from final
