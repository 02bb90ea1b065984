-- The worklist names open handoffs only, counts its places without a gap, and gives each line a finding that is there.
with

worklist as (

    select * from {{ ref('fct_worklist') }}

),

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

findings as (

    select * from {{ ref('fct_handoff_findings') }}

),

numbered as (

    select
        worklist.*,
        row_number() over (order by priority) as place
    from worklist

),

final as (

    select numbered.*
    from numbered
    left join handoffs
        on
            numbered.source_system = handoffs.source_system
            and numbered.lead_id = handoffs.lead_id
            and numbered.handoff_number = handoffs.handoff_number
            and handoffs.outcome = 'open'
    left join findings
        on
            numbered.source_system = findings.source_system
            and numbered.lead_id = findings.lead_id
            and numbered.handoff_number = findings.handoff_number
            and numbered.finding_code = findings.finding_code
    where
        handoffs.lead_id is null
        or findings.lead_id is null
        or numbered.priority != numbered.place
        or numbered.days_overdue < 0

)

select * from final
