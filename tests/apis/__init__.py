"""The CRMs' REST APIs as local servers, after what HubSpot and Salesforce publish, with faults on demand."""
