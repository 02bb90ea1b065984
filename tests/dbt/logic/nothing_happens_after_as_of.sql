-- What lies between as_of and the landing has not happened yet: neither in the log nor in a handoff nor in a finding.
with

clock as (

    select * from {{ ref('int_clock') }}

),

instants as (

    select source_system, lead_id, event_type as what, occurred_at as happened_at from {{ ref('fct_lead_events') }}
    union all
    select source_system, lead_id, 'opened' as what, opened_at as happened_at from {{ ref('fct_handoffs') }}
    union all
    select source_system, lead_id, 'closed' as what, closed_at as happened_at from {{ ref('fct_handoffs') }}
    union all
    select source_system, lead_id, 'won' as what, won_at as happened_at from {{ ref('fct_handoffs') }}
    union all
    select source_system, lead_id, finding_code as what, detected_at as happened_at
    from {{ ref('fct_handoff_findings') }}

),

final as (

    select instants.*
    from instants
    cross join clock
    where instants.happened_at > clock.as_of

)

select * from final
