{{ by_lead('landed') }}
with

row_hashes as (

    {{ row_hashes_of(['int_crm__leads', 'int_crm__lead_changes', 'int_crm__activities']) }}

),

final as (

    select
        source_system,
        lead_id,
        count(*) as crm_rows,
        sum(cast(row_hash as decimal(38, 0))) as fingerprint
    from row_hashes
    where
        lead_id is not null
        and {{ keeps_track() }}
    group by source_system, lead_id

)

select * from final
