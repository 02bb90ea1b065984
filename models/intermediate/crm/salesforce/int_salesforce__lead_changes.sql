{{ by_lead('landed', is_view=true) }}
with owners as (

    select * from {{ ref('int_salesforce__owners') }}

),

-- The log names a field by its API name, so the column that feeds the stage tells which rows are about it.
lead_fields as (

    select * from {{ ref('int_salesforce__tracked_fields') }}

),

history {{ as_read_each_time() }} (

    select *
    from {{ ref('stg_salesforce__lead_history') }}
    where _is_kept

),

-- Of millions of rows a dozen names are normalised.
logged_fields as (

    select distinct
        source_system,
        field
    from history

),

normalised_fields as (

    select
        *,
        {{ normalised_name_sql('field') }} as field_name
    from logged_fields

),

canonical_fields as (

    select
        normalised_fields.source_system,
        normalised_fields.field,
        case
            when normalised_fields.field_name in ('owner', 'ownerid') then 'owner_id'
            when normalised_fields.field_name = 'created' then 'created'
            when normalised_fields.field_name = 'leadconverted' then 'converted'
            else lead_fields.canonical_field
        end as canonical_field
    from normalised_fields
    left join lead_fields
        on
            normalised_fields.source_system = lead_fields.source_system
            and normalised_fields.field_name = lead_fields.field_name

),

named {{ as_read_each_time() }} (

    select
        history.*,
        canonical_fields.canonical_field
    from history
    inner join canonical_fields
        on
            history.source_system = canonical_fields.source_system
            and history.field = canonical_fields.field
    where canonical_fields.canonical_field is not null

),

other_changes as (

    select
        source_system,
        change_id,
        lead_id,
        canonical_field as field,
        old_value,
        new_value,
        changed_at,
        changed_at_is_day,
        changed_by
    from named
    where canonical_field != 'owner_id'

),

-- A change of owner is logged twice, by name and by id.
owner_rows as (

    select
        *,
        {{ is_matched('coalesce(new_value, old_value)', '^(005|00G)([0-9a-zA-Z]{12}|[0-9a-zA-Z]{15})$') }} as is_by_id
    from named
    where canonical_field = 'owner_id'

),

paired as (

    select
        *,
        max(case when is_by_id then 1 else 0 end) over (partition by source_system, lead_id, changed_at) = 1
            as has_row_by_id
    from owner_rows

),

owner_names as (

    select
        source_system,
        lower(name) as name_key,
        min(owner_id) as owner_id
    from owners
    where name is not null
    group by source_system, lower(name)
    having count(*) = 1

),

-- Where only names were logged, a name that one owner bears stands for its id; any other is left as written.
owner_changes as (

    select
        paired.source_system,
        paired.change_id,
        paired.lead_id,
        'owner_id' as field,
        coalesce(old_owner.owner_id, paired.old_value) as old_value,
        coalesce(new_owner.owner_id, paired.new_value) as new_value,
        paired.changed_at,
        paired.changed_at_is_day,
        paired.changed_by
    from paired
    left join owner_names as old_owner
        on
            paired.source_system = old_owner.source_system
            and lower(paired.old_value) = old_owner.name_key
    left join owner_names as new_owner
        on
            paired.source_system = new_owner.source_system
            and lower(paired.new_value) = new_owner.name_key
    where paired.is_by_id or not paired.has_row_by_id

),

stacked as (

    select * from other_changes
    union all
    select * from owner_changes

),

translated as (

    select
        source_system,
        change_id,
        lead_id,
        field,
        old_value,
        new_value,
        changed_at,
        changed_at_is_day,
        changed_by,
        true as has_old_value,
        cast(null as boolean) as is_automated_source
    from stacked

)

select * from translated
