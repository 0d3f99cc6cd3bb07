import { DEMO_ORGANIZATION } from './demo-people';

/** One complete query, mutation and subscription to try, against the demo's organization. */
export const DEMO_OPERATIONS = {
  query: `query WhoMayManageBilling {
  viewer { user { name } }
  organization(id: "${DEMO_ORGANIZATION}") {
    name
    viewerRole
    billing {
      status
      viewerAccess { level source controls { control available unavailableReason message } }
    }
    billingAdmins {
      version
      owners { name }
      admins { user { id name } addedBy { name } addedAt }
    }
  }
}`,
  mutation: `mutation AddBillingAdmin {
  addBillingAdmin(input: { organizationId: "${DEMO_ORGANIZATION}", userId: "max" }) {
    changed
    roster { version admins { user { name } } }
    userErrors { code message field }
  }
}`,
  subscription: `subscription RosterChanged {
  billingAdminRosterChanged(organizationId: "${DEMO_ORGANIZATION}") {
    version
    change { kind user { name } actor { name } occurredAt }
    roster { owners { name } admins { user { name } } }
  }
}`,
} as const;
