with

policy as (

    select * from {{ policy('findings') }}

),

final as (

    select
        {{ match_key('code') }} as code,
        {{ match_key('layer') }} as layer,
        {{ match_key('quality_dimension') }} as quality_dimension,
        {{ match_key('confusion_type') }} as confusion_type,
        {{ match_key('severity') }} as severity,
        trim(fires_when) as fires_when,
        trim(what_to_inspect) as what_to_inspect,
        cast(urgency as integer) as urgency,
        trim(who_acts) as who_acts,
        trim(what_to_do) as what_to_do
    from policy

)

select * from final
