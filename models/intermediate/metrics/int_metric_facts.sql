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

spellings as (

    select * from {{ ref('int_slice_spellings') }}

),

outlived as (

    select * from {{ ref('int_outlived_allowances') }}

),

-- Whether a source knows the time of day of most first actions and assignments, or of what there is of them.
timing as (

    select
        source_system,
        2 * sum(case when human_activity_count > 0 and not is_first_human_day_level then 1 else 0 end)
        >= sum(case when human_activity_count > 0 then 1 else 0 end) as times_actions,
        2 * sum(case when {{ is_assignment_timed() }} then 1 else 0 end)
        >= sum(case when assigned_at is not null then 1 else 0 end) as times_assignments
    from facts
    group by source_system

),

judged as (

    select
        facts.*,
        {{ is_assignment_timed('facts') }} as is_assignment_timed,
        timing.times_actions,
        timing.times_assignments,
        handoffs.is_context_complete,
        handoffs.team_id,
        sources.records_owner_history,
        -- Of the source, not of the lead: one that was merged later is asked less, and still belongs to its CRM.
        {{ recording_profile('sources') }} as recording_profile
    from facts
    inner join handoffs
        on
            facts.source_system = handoffs.source_system
            and facts.lead_id = handoffs.lead_id
            and facts.handoff_number = handoffs.handoff_number
    inner join sources on facts.source_system = sources.source_system
    inner join timing on facts.source_system = timing.source_system
    where facts.outcome not in ('merged', 'deleted')

),

final as (

    select
        judged.source_system,
        judged.lead_id,
        judged.handoff_number,
        judged.opened_at,
        judged.opened_on,
        {{ recorded_or_none('judged.records_original_source', 'sources_written.member') }} as source,
        {{ recorded_or_none('judged.records_original_source', 'judged.channel') }} as channel,
        {{ recorded_or_none('judged.records_campaign', 'campaigns.member') }} as campaign,
        {{ recorded_or_none('judged.records_conversion_point', 'forms_written.member') }} as form,
        {{ recorded_or_none('judged.records_owner', 'judged.team_id') }} as team,
        {{ recorded_or_none('judged.records_owner', 'owners.member') }} as owner,
        {{ recorded_or_none('judged.records_queue', 'queues.member') }} as queue,
        {{ recorded_or_none('judged.records_country', 'judged.geographic_territory') }} as territory,
        {{ recorded_or_none('judged.records_fit', 'judged.fit_band') }} as fit_band,
        {{ recorded_or_none('judged.records_intent_signal', 'judged.intent_tier') }} as intent_tier,
        judged.recording_profile
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
        {%- for allowance in ['acceptance', 'outcome'] %},
        coalesce(judged.opened_on <= outlived.{{ allowance }}_until, false) as has_outlived_{{ allowance }}
        {%- endfor %}
    from judged
    cross join outlived
    left join spellings as sources_written
        on
            {{ match_key('judged.original_source') }} = sources_written.spelling_key
            and sources_written.dimension = 'source'
    left join spellings as forms_written
        on
            {{ match_key('judged.conversion_point') }} = forms_written.spelling_key
            and forms_written.dimension = 'form'
    left join members as campaigns
        on
            judged.source_system = campaigns.source_system
            and judged.campaign_id = campaigns.id
            and campaigns.dimension = 'campaign'
    left join members as owners
        on
            judged.source_system = owners.source_system
            and judged.first_sales_owner_id = owners.id
            and owners.dimension = 'owner'
    left join members as queues
        on
            judged.source_system = queues.source_system
            and case when {{ is_queue_before_sales('judged') }} then judged.first_queue_id end = queues.id
            and queues.dimension = 'queue'

)

select * from final
