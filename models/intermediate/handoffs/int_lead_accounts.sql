with

leads as (

    select * from {{ ref('int_lead_records') }}

),

accounts as (

    select * from {{ ref('int_crm__accounts') }}

),

owner_aliases as (

    select * from {{ ref('int_owner_aliases') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

free_email_domains as (

    select distinct {{ match_key('domain') }} as domain
    from {{ ref('stg_policies__free_email_domains') }}

),

known_accounts as (

    select
        accounts.source_system,
        accounts.account_id,
        {{ placed_instant('accounts.created_at', 'accounts.created_at_is_day') }} as created_at,
        accounts.account_type,
        {{ placed_instant('accounts.customer_since', 'accounts.customer_since_is_day') }} as customer_since,
        {{ web_domain('accounts.domain') }} as domain,
        {{ web_domain('accounts.website') }} as website_domain,
        coalesce(owner_aliases.as_owner_id, accounts.owner_id) as owner_id
    from accounts
    cross join clock
    left join owner_aliases
        on
            accounts.source_system = owner_aliases.source_system
            and accounts.owner_id = owner_aliases.alias_id

),

account_domains as (

    select source_system, account_id, created_at, domain from known_accounts
    union all
    select source_system, account_id, created_at, website_domain as domain from known_accounts
    where website_domain != coalesce(domain, '')

),

lead_domains as (

    select
        leads.source_system,
        leads.lead_id,
        leads.created_at,
        leads.account_id,
        leads.converted_account_id,
        case
            when free_email_domains.domain is null and {{ is_valid_email('leads.email') }}
                then {{ email_domain('leads.email') }}
        end as mail_domain
    from leads
    left join free_email_domains on {{ email_domain('leads.email') }} = free_email_domains.domain

),

by_domain as (

    select
        lead_domains.source_system,
        lead_domains.lead_id,
        {{ value_at_first('account_domains.account_id', 'account_domains.created_at') }} as account_id
    from lead_domains
    inner join account_domains
        on
            lead_domains.source_system = account_domains.source_system
            and lead_domains.mail_domain = account_domains.domain
    where
        account_domains.created_at < lead_domains.created_at
        and account_domains.account_id != coalesce(lead_domains.converted_account_id, '')
    group by lead_domains.source_system, lead_domains.lead_id

),

by_link as (

    select
        lead_domains.source_system,
        lead_domains.lead_id,
        known_accounts.account_id
    from lead_domains
    inner join known_accounts
        on
            lead_domains.source_system = known_accounts.source_system
            and lead_domains.account_id = known_accounts.account_id
    where
        known_accounts.created_at < lead_domains.created_at
        and known_accounts.account_id != coalesce(lead_domains.converted_account_id, '')

),

-- The domain goes before the CRM's own link; a name never matches.
final as (

    select
        lead_domains.source_system,
        lead_domains.lead_id,
        known_accounts.account_id,
        known_accounts.owner_id as account_owner_id,
        known_accounts.account_type,
        known_accounts.customer_since
    from lead_domains
    left join by_domain
        on
            lead_domains.source_system = by_domain.source_system
            and lead_domains.lead_id = by_domain.lead_id
    left join by_link
        on
            lead_domains.source_system = by_link.source_system
            and lead_domains.lead_id = by_link.lead_id
    inner join known_accounts
        on
            lead_domains.source_system = known_accounts.source_system
            and coalesce(by_domain.account_id, by_link.account_id) = known_accounts.account_id

)

select * from final
