{{ by_lead('due') }}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

persons as (

    select * from {{ ref('int_lead_persons') }}

),

handoffs_of_persons as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        handoffs.opened_at,
        handoffs.outcome,
        persons.person_key,
        persons.created_at
    from handoffs
    inner join persons
        on
            handoffs.source_system = persons.source_system
            and handoffs.lead_id = persons.lead_id
    where persons.leads_of_person > 1

),

final as (

    select
        later.source_system,
        later.lead_id,
        later.handoff_number,
        {{ value_at_first('earlier.lead_id', 'earlier.opened_at') }} as earlier_lead_id,
        min(earlier.opened_at) as earlier_opened_at
    from handoffs_of_persons as later
    inner join handoffs_of_persons as earlier
        on
            later.source_system = earlier.source_system
            and later.person_key = earlier.person_key
            and later.lead_id != earlier.lead_id
            and earlier.created_at < later.created_at
            and earlier.opened_at < later.opened_at
            and earlier.opened_at >= {{ add_seconds('later.opened_at', '-86400.0 * ' ~ var('duplicate_window_days')) }}
            and earlier.outcome != 'converted'
    group by later.source_system, later.lead_id, later.handoff_number

)

select * from final
