with

sources as (

    select * from {{ source('landing', 'sources') }}

),

dated_responses as (

    select distinct source_system
    from {{ ref('int_crm__campaign_members') }}
    where created_at is not null

),

dated_submissions as (

    select distinct source_system
    from {{ ref('int_crm__form_submissions') }}
    where submitted_at is not null

),

final as (

    select
        sources.source_system,
        dated_responses.source_system is not null as are_responses_dated,
        dated_submissions.source_system is not null as are_submissions_dated
    from sources
    left join dated_responses on sources.source_system = dated_responses.source_system
    left join dated_submissions on sources.source_system = dated_submissions.source_system

)

select * from final
