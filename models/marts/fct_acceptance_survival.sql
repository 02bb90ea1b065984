{{ survival_mart('sales_acceptance_minutes') }}
