with

owners as (

    select * from {{ ref('int_owners') }}

),

owners_before as (

    select * from {{ kept('int_owners') }}

),

aliases as (

    select * from {{ ref('int_owner_aliases') }}

),

aliases_before as (

    select * from {{ kept('int_owner_aliases') }}

),

team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

team_periods_before as (

    select * from {{ kept('int_owner_team_periods') }}

),

queue_members as (

    select * from {{ ref('int_crm__queue_members') }}

),

queue_members_before as (

    select * from {{ kept('int_crm__queue_members') }}

),

queue_policies as (

    select * from {{ ref('int_queue_policies') }}

),

queue_policies_before as (

    select * from {{ kept('int_queue_policies') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

clock_before as (

    select * from {{ kept('int_clock') }}

),

differing as (

    {{ rows_that_differ('owners', 'owners_before', 'source_system, owner_id') }}
    union
    {{ rows_that_differ('aliases', 'aliases_before', 'source_system, as_owner_id as owner_id') }}
    union
    {{ rows_that_differ('aliases', 'aliases_before', 'source_system, as_actor_id as owner_id') }}
    union
    {{ rows_that_differ('team_periods', 'team_periods_before', 'source_system, owner_id') }}
    union
    {{ rows_that_differ('queue_members', 'queue_members_before', 'source_system, queue_id as owner_id') }}
    union
    {{ rows_that_differ('queue_policies', 'queue_policies_before', 'source_system, queue_id as owner_id') }}

    union

    -- Who is asked for today's team has another one from the day on which a period begins.
    select
        team_periods.source_system,
        team_periods.owner_id
    from team_periods
    cross join clock
    cross join clock_before
    where
        team_periods.starts_at > clock_before.as_of
        and team_periods.starts_at <= clock.as_of

),

all_queue_members as (

    select source_system, queue_id, owner_id from queue_members
    union
    select source_system, queue_id, owner_id from queue_members_before

),

-- Whether anyone watches a queue hangs on its members, and on those of the queues in it.
queues as (

    select
        all_queue_members.source_system,
        all_queue_members.queue_id as owner_id
    from all_queue_members
    inner join differing
        on
            all_queue_members.source_system = differing.source_system
            and all_queue_members.owner_id = differing.owner_id

),

queues_of_queues as (

    select
        all_queue_members.source_system,
        all_queue_members.queue_id as owner_id
    from all_queue_members
    inner join queues
        on
            all_queue_members.source_system = queues.source_system
            and all_queue_members.owner_id = queues.owner_id

),

changed as (

    select source_system, owner_id from differing
    union
    select source_system, owner_id from queues
    union
    select source_system, owner_id from queues_of_queues

),

all_aliases as (

    select source_system, alias_id, as_owner_id, as_actor_id from aliases
    union
    select source_system, alias_id, as_owner_id, as_actor_id from aliases_before

),

-- The CRM's rows name an owner by any of his ids.
final as (

    select
        source_system,
        owner_id as alias_id
    from changed
    where {{ finds_changes() }}

    union

    select
        all_aliases.source_system,
        all_aliases.alias_id
    from all_aliases
    inner join changed
        on
            all_aliases.source_system = changed.source_system
            and changed.owner_id in (all_aliases.as_owner_id, all_aliases.as_actor_id)
    where {{ finds_changes() }}

)

select * from final
where alias_id is not null
