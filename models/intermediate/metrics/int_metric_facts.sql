with

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

facts as (

    select * from {{ ref('int_handoff_facts') }}

),

sources as (

    select * from {{ ref('int_source_elements') }}

),

members as (

    select * from {{ ref('int_slice_members') }}

),

judged as (

    select
        facts.*,
        handoffs.is_context_complete,
        handoffs.team_id,
        handoffs.queue_id,
        sources.records_owner_history
    from facts
    inner join handoffs
        on
            facts.source_system = handoffs.source_system
            and facts.lead_id = handoffs.lead_id
            and facts.handoff_number = handoffs.handoff_number
    inner join sources on facts.source_system = sources.source_system
    where facts.outcome not in ('merged', 'deleted')

),

final as (

    select
        judged.source_system,
        judged.lead_id,
        judged.handoff_number,
        judged.opened_at,
        judged.opened_on,
        {{ recorded_or_none('judged.records_original_source', 'judged.original_source') }} as source,
        {{ recorded_or_none('judged.records_original_source', 'judged.channel') }} as channel,
        {{ recorded_or_none('judged.records_campaign', 'campaigns.member') }} as campaign,
        {{ recorded_or_none('judged.records_conversion_point', 'judged.conversion_point') }} as form,
        {{ recorded_or_none('judged.records_owner', 'judged.team_id') }} as team,
        {{ recorded_or_none('judged.records_owner', 'owners.member') }} as owner,
        {{ recorded_or_none('judged.records_queue', 'queues.member') }} as queue,
        {{ recorded_or_none('judged.records_country', 'judged.geographic_territory') }} as territory,
        {{ recorded_or_none('judged.records_fit', 'judged.fit_band') }} as fit_band,
        {{ recorded_or_none('judged.records_intent_signal', 'judged.intent_tier') }} as intent_tier,
        {{ recording_profile('judged') }} as recording_profile
        {%- for metric in metric_definitions() %},
        case
            when not coalesce({{ metric.asked }}, false) then null
            when not coalesce({{ metric.due }}, false) then -1
            when coalesce({{ metric.met }}, false) then 1
            else 0
        end as {{ metric.name }}
        {%- endfor %}
        {%- for wait in wait_definitions() %},
        case when {{ wait.asked }} then coalesce({{ wait.ended }}, {{ wait.lasting }}) end as {{ wait.name }},
        case when {{ wait.asked }} then {{ wait.ended }} is not null end as is_{{ wait.name }}_ended
        {%- endfor %},
        judged.outcome = 'open' as is_open
    from judged
    left join members as campaigns
        on
            judged.source_system = campaigns.source_system
            and judged.campaign_id = campaigns.id
            and campaigns.dimension = 'campaign'
    left join members as owners
        on
            judged.source_system = owners.source_system
            and judged.owner_id = owners.id
            and owners.dimension = 'owner'
    left join members as queues
        on
            judged.source_system = queues.source_system
            and judged.queue_id = queues.id
            and queues.dimension = 'queue'

)

select * from final
