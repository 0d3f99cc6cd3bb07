/** What everybody is asked: one organization, its billing, what the viewer may do, and who manages the billing. */
export const ACCESS_QUERY = `query Access($id: ID!) {
  organization(id: $id) {
    id
    name
    viewerRole
    billing {
      status
      contractType
      cadence
      currentPeriodEnd
      credits { available included topUp }
      viewerAccess { level source controls { control available unavailableReason message } }
    }
    billingAdmins {
      version
      owners { id name email }
      admins { user { id name email } addedBy { id name } addedAt }
    }
  }
}`;

/** What every dashboard watches. */
export const ROSTER_SUBSCRIPTION = `subscription Roster($organizationId: ID!, $afterVersion: SafeInt) {
  billingAdminRosterChanged(organizationId: $organizationId, afterVersion: $afterVersion) {
    version
    change { kind user { id name email } actor { id name email } occurredAt }
    roster {
      version
      owners { id name email }
      admins { user { id name email } addedBy { id name email } addedAt }
    }
  }
}`;
