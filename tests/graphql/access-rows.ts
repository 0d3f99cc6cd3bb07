/**
 * The access table: what becomes of each field of the schema, for each viewer of acme (tests/kits/operations/access-cast.ts). A field
 * without a row fails the test, and so does a row without a field.
 *
 *   ok    answered                                       forb  FORBIDDEN at the field, or at the first closed one above it
 *   null  null, and no error                             auth  UNAUTHENTICATED there
 *   none  an empty list, or something of an empty list   401   the whole request is refused
 *   done  a mutation that changed something              4403  the socket is closed with this code
 *         (or wrote that a grant had ended)
 *   said  a mutation that the business refused
 */
const TABLE = `
                                             anonymous expired unknown outsider member orgAdmin billAdmin owner otherOwner host otherScope usageHost creditHost accessHost eventsHost readHost

Query.organization                           auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Query.billingAccessRequests                  auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
Query.billingAdminsAt                        auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
Query.billingAccessChecks                    auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb       ok        forb        forb
Query.hostEvents                             auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
Query.cancellationComments                   auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        none       forb
Query.plans                                  ok       401      ok       ok       ok       ok       ok       ok       ok       ok       ok       ok       ok        ok        ok        ok
Query.creditPacks                            ok       401      ok       ok       ok       ok       ok       ok       ok       ok       ok       ok       ok        ok        ok        ok
Query.viewer                                 auth      401     ok      ok       ok     ok       ok        ok    ok         ok   ok  ok         ok        ok        ok        ok

Mutation.syncOrganization                    auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.syncMember                          auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.syncMembers                         auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.startDirectorySync                  auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.finishDirectorySync                 auth      401     forb    forb     forb   forb     forb      forb  forb       said forb  forb       forb      forb        forb        forb
Mutation.importBillingAdmins                 auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.removeMember                        auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.syncInvitation                      auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.acceptInvitation                    auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.revokeInvitation                    auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.removeUser                          auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.removeOrganization                  auth      401     forb    forb     forb   forb     forb      forb  forb       done forb  forb       forb      forb        forb        forb
Mutation.requestBillingAccess                auth      401     forb    forb     done   done     said      said  forb       forb forb  forb       forb      forb        forb        forb
Mutation.withdrawBillingAccessRequest        auth      401     forb    forb     done   done     done      done  forb       forb forb  forb       forb      forb        forb        forb
Mutation.approveBillingAccessRequest         auth      401     forb    forb     forb   forb     forb      done  forb       forb forb  forb       forb      forb        forb        forb
Mutation.declineBillingAccessRequest         auth      401     forb    forb     forb   forb     forb      done  forb       forb forb  forb       forb      forb        forb        forb
Mutation.addBillingAdmin                     auth      401     forb    forb     forb   forb     forb      done  forb       forb forb  forb       forb      forb        forb        forb
Mutation.updateBillingAdmin                  auth      401     forb    forb     forb   forb     forb      done  forb       forb forb  forb       forb      forb        forb        forb
Mutation.removeBillingAdmin                  auth      401     forb    forb     forb   forb     forb      done  forb       forb forb  forb       forb      forb        forb        forb
Mutation.recordUsage                         auth     401      forb     forb     forb     forb     forb     forb     forb     forb     forb     done     forb      forb        forb        forb
Mutation.recordUsageBatch                    auth     401      forb     forb     forb     forb     forb     forb     forb     forb     forb     done     forb      forb        forb        forb
Mutation.grantCredits                        auth     401      forb     forb     forb     forb     forb     forb     forb     forb     forb     forb     done      forb        forb        forb
Mutation.changeSubscription                  auth      401     forb    forb     forb   forb     done      done  forb       forb forb forb       forb      forb        forb        forb
Mutation.cancelSubscription                  auth      401     forb    forb     forb   forb     done      done  forb       forb forb forb       forb      forb        forb        forb
Mutation.resumeSubscription                  auth      401     forb    forb     forb   forb     done      done  forb       forb forb forb       forb      forb        forb        forb
Mutation.createTopUpCheckout                 auth      401     forb    forb     forb   forb     done      done  forb       forb forb forb       forb      forb        forb        forb
Mutation.updateAutoRecharge                  auth      401     forb    forb     forb   forb     done      done  forb       forb forb forb       forb      forb        forb        forb
Mutation.setCreditAlerts                     auth      401     forb    forb     forb   forb     done      done  forb       forb forb forb       forb      forb        forb        forb
Mutation.createBillingPortalSession          auth      401     forb    forb     forb   forb     done      done  forb       forb forb forb       forb      forb        forb        forb
Mutation.setSpendingPolicy                    auth      401     forb    forb     forb   forb     forb      done  forb       forb forb       forb      forb       forb       forb       forb
Mutation.approvePurchase                      auth      401     forb    forb     forb   forb     forb      done  forb       forb forb       forb      forb       forb       forb       forb
Mutation.declinePurchase                      auth      401     forb    forb     forb   forb     forb      done  forb       forb forb       forb      forb       forb       forb       forb
Mutation.withdrawPurchase                     auth      401     forb    forb     forb   forb     done      said  forb       forb forb       forb      forb       forb       forb       forb

Subscription.billingChanged                  4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
Subscription.billingAdminRosterChanged       4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
Subscription.hostEvents                      4403      4403    forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb

Viewer.id                                    auth      401     ok      ok       ok     ok       ok        ok    ok         ok   ok  ok         ok        ok        ok        ok
Viewer.user                                  auth      401     null    ok       ok     ok       ok        ok    ok         null null  null       null      null        null        null
Viewer.organizations                         auth      401     none    ok       ok     ok       ok        ok    ok         none none  none       none      none        none        none

Organization.id                              auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Organization.name                            auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Organization.viewerRole                      auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Organization.billing                         auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Organization.billingAdmins                   auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null

Billing.status                               auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Billing.contractType                         auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Billing.cadence                              auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Billing.currentPeriodEnd                     auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Billing.credits                              auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Billing.viewerAccess                         auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Billing.viewerAccessRequest                  auth      401     null    null     ok     null     null      null  null       null null  null       null      null        null        null
Billing.nextRequestAt                        auth      401     null    null     null   ok       null      null  null       null null  null       null      null        null        null
Billing.plan                                 auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Billing.scheduledChange                      auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Billing.autoRecharge                         auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
Billing.activity                             auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
Billing.usage                                auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
Billing.creditForecast                       auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
Billing.creditAlerts                         auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
Billing.subscriptionChangePreview            auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
Billing.spendingPolicy                        auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
Billing.purchaseRequests                      auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
Billing.paymentMethod                         auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Billing.upcomingInvoice                       auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Billing.overdue                               auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Billing.providerDataAsOf                      auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Billing.invoices                              auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null

BillingAccess.level                          auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingAccess.source                         auth      401     null    null     null   null     ok        ok    null       null null  null       null      null        null        null
BillingAccess.expiresAt                      auth 401 null null null null null null null null null null null null null null
BillingAccess.controls                       auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null

BillingAccessCheck.organizationId            auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb       ok        forb        forb
BillingAccessCheck.userId                    auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb       ok        forb        forb
BillingAccessCheck.access                    auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb       ok        forb        forb
BillingAccessCheck.rosterVersion             auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb       ok        forb        forb
HostEventPage.nodes                          auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEventPage.feedId                         auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEventPage.hasNextPage                    auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEventPage.position                       auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEvent.id                                 auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEvent.position                           auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEvent.feedId                             auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEvent.type                               auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEvent.organizationId                     auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEvent.rosterVersion                      auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEvent.occurredAt                         auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb
HostEvent.data                               auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        ok        forb

CancellationComment.userId                   auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        none       forb
CancellationComment.reason                   auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        none       forb
CancellationComment.comment                  auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        none       forb
CancellationComment.canceledAt               auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        none       forb

BillingControlState.control                  auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingControlState.available                auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingControlState.unavailableReason        auth      401     null    null     ok     ok       null      null  null       null null  null       null      null        null        null
BillingControlState.message                  auth      401     null    null     ok     ok       null      null  null       null null  null       null      null        null        null

BillingAccessRequest.id                      auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAccessRequest.reason                  auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAccessRequest.requestedAt             auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAccessRequest.access                  auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAccessRequest.grantExpiresAt             auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAccessRequest.lapsesAt                auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAccessRequest.user                    auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb

CreditBalance.available                      auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
CreditBalance.included                       auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
CreditBalance.topUp                          auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
CreditBalance.includedTotal                  auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
CreditBalance.includedRenewsAt               auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null

Plan.key                                     auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Plan.name                                    auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Plan.includedCredits                         auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Plan.prices                                  auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null

PlanPrice.cadence                            auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
PlanPrice.price                              auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null

Money.amount                                 auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Money.currency                               auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
Money.fractionDigits                         auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null

ScheduledSubscriptionChange.plan             auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
ScheduledSubscriptionChange.cadence          auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
ScheduledSubscriptionChange.effectiveAt      auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null

SubscriptionChangePreview.token              auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
SubscriptionChangePreview.plan               auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
SubscriptionChangePreview.cadence            auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
SubscriptionChangePreview.effectiveAt        auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
SubscriptionChangePreview.amountDueNow       auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
SubscriptionChangePreview.nextInvoice        auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
SubscriptionChangePreview.nextInvoiceAt      auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

SpendingPolicy.perPurchase                    auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
SpendingPolicy.perMonth                       auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
SpendingPolicy.spentThisMonth                 auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
SpendingPolicy.heldThisMonth                  auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null

PaymentMethod.kind                            auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
PaymentMethod.brand                           auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
PaymentMethod.last4                           auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
PaymentMethod.expiresMonth                    auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
PaymentMethod.expiresYear                     auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
UpcomingInvoice.amount                        auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
UpcomingInvoice.dueAt                         auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
OverduePayment.amount                         auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
OverduePayment.since                          auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
OverduePayment.nextAttemptAt                  auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
OverduePayment.payUrl                         auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
InvoiceConnection.edges                       auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
InvoiceConnection.nodes                       auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
InvoiceConnection.pageInfo                    auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
InvoiceEdge.cursor                            auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
InvoiceEdge.node                              auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Invoice.id                                    auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Invoice.number                                auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Invoice.status                                auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Invoice.total                                 auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Invoice.issuedAt                              auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Invoice.hostedUrl                             auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null
Invoice.pdfUrl                                auth     401      null     null     forb     forb     ok       ok       null     null     null     null     null     null     null     null

PurchaseRequest.id                            auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.requestedBy                   auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.requestedAt                   auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.lapsesAt                      auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.status                        auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.summary                       auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.amount                        auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.plan                          auth      401     null    null     forb   forb     null      null  null       null null       null      null       null       null       null
PurchaseRequest.cadence                       auth      401     null    null     forb   forb     null      null  null       null null       null      null       null       null       null
PurchaseRequest.creditPack                    auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.nextInvoice                   auth      401     null    null     forb   forb     null      null  null       null null       null      null       null       null       null
PurchaseRequest.decidedBy                     auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.decidedAt                     auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null
PurchaseRequest.checkoutUrl                   auth      401     null    null     forb   forb     ok        ok    null       null null       null      null       null       null       null

CreditAlerts.monthlyCredits                  auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
CreditAlerts.thresholds                      auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

CreditForecast.averagePerDay                 auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
CreditForecast.runsOutAt                     auth      401     null    null     forb   forb     null      null   null       null null  null       null      null        null        null

AutoRecharge.enabled                         auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
AutoRecharge.disabledReason                  auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
AutoRecharge.thresholdCredits                auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
AutoRecharge.creditPack                      auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
AutoRecharge.monthlyLimit                    auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
AutoRecharge.spentThisMonth                  auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

CreditPack.key                               auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
CreditPack.credits                           auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
CreditPack.price                             auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

UsageReport.totalCredits                     auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
UsageReport.entries                          auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
UsageReport.entriesPage                      auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

UsageEntry.key                               auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
UsageEntry.user                              auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
UsageEntry.credits                           auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
UsageEntryConnection.edges                   auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
UsageEntryConnection.nodes                   auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
UsageEntryConnection.pageInfo                auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
UsageEntryEdge.cursor                        auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
UsageEntryEdge.node                          auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

BillingActivityConnection.edges              auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivityConnection.nodes              auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivityConnection.pageInfo           auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

BillingActivityEdge.cursor                   auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivityEdge.node                     auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

BillingActivity.id                           auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivity.kind                         auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivity.credits                      auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivity.amount                       auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivity.occurredAt                   auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivity.summary                      auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivity.actor                        auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivity.category                     auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivity.messageCode                  auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
BillingActivity.values                       auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

PageInfo.hasNextPage                         auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
PageInfo.hasPreviousPage                     auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
PageInfo.startCursor                         auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null
PageInfo.endCursor                           auth      401     null    null     forb   forb     ok        ok    null       null null  null       null      null        null        null

PastBillingAdminRoster.at                    auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
PastBillingAdminRoster.version               auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
PastBillingAdminRoster.owners                auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
PastBillingAdminRoster.admins                auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb

PastBillingAccess.user                       auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
PastBillingAccess.since                      auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
PastBillingAccess.access                     auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
PastBillingAccess.expiresAt                  auth      401     forb    forb     forb   forb     forb      null  forb       forb forb  forb       forb      forb        forb        forb
PastBillingAccess.givenBy                    auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb

BillingAdminRoster.version                   auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingAdminRoster.owners                    auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingAdminRoster.admins                    auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingAdminRoster.eligibleTeammates         auth      401     null    null     forb   forb     forb      ok    null       null null  null       null      null        null        null
BillingAdminRoster.pendingInvitationCount    auth      401     null    null     forb   forb     forb      ok    null       null null  null       null      null        null        null

BillingAdmin.user                            auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingAdmin.addedBy                         auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingAdmin.addedAt                         auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingAdmin.access                          auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
BillingAdmin.expiresAt                       auth      401     null    null     null   null     null      null  null       null null  null       null      null        null        null

User.id                                      auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
User.name                                    auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
User.email                                   auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null
User.avatarUrl                               auth      401     null    null     ok     ok       ok        ok    null       null null  null       null      null        null        null

UserConnection.edges                         auth      401     null    null     forb   forb     forb      ok    null       null null  null       null      null        null        null
UserConnection.nodes                         auth      401     null    null     forb   forb     forb      ok    null       null null  null       null      null        null        null
UserConnection.pageInfo                      auth      401     null    null     forb   forb     forb      ok    null       null null  null       null      null        null        null

UserEdge.cursor                              auth      401     null    null     forb   forb     forb      ok    null       null null  null       null      null        null        null
UserEdge.node                                auth      401     null    null     forb   forb     forb      ok    null       null null  null       null      null        null        null

BillingAdminPayload.organization             auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAdminPayload.changed                  auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAdminPayload.userErrors               auth      401     forb    forb     forb   forb     forb      none  forb       forb forb  forb       forb      forb        forb        forb
BillingAdminPayload.roster                   auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb

BillingAccessRequestPayload.request          auth      401     forb    forb     forb   forb     forb      null  forb       forb forb  forb       forb      forb        forb        forb
BillingAccessRequestPayload.organization     auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAccessRequestPayload.userErrors       auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb

PurchaseRequestPayload.organization          auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
PurchaseRequestPayload.purchaseRequest       auth      401     forb    forb     forb   forb     forb      null  forb       forb forb  forb       forb      forb        forb        forb
PurchaseRequestPayload.checkoutUrl           auth      401     forb    forb     forb   forb     forb      null  forb       forb forb  forb       forb      forb        forb        forb
PurchaseRequestPayload.userErrors            auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb

DirectoryPayload.changed                     auth      401     forb    forb     forb   forb     forb      forb  forb       ok   forb  forb       forb      forb        forb        forb
DirectoryPayload.userErrors                  auth      401     forb    forb     forb   forb     forb      forb  forb       none forb  forb       forb      forb        forb        forb
SyncMembersPayload.results                   auth      401     forb    forb     forb   forb     forb      forb  forb       none forb  forb       forb      forb        forb        forb
SyncMembersPayload.userErrors                auth      401     forb    forb     forb   forb     forb      forb  forb       none forb  forb       forb      forb        forb        forb
ImportBillingAdminsPayload.results           auth      401     forb    forb     forb   forb     forb      forb  forb       none forb  forb       forb      forb        forb        forb
ImportBillingAdminsPayload.userErrors        auth      401     forb    forb     forb   forb     forb      forb  forb       none forb  forb       forb      forb        forb        forb
DirectorySyncPayload.syncId                  auth      401     forb    forb     forb   forb     forb      forb  forb       null forb  forb       forb      forb        forb        forb
DirectorySyncPayload.userErrors              auth      401     forb    forb     forb   forb     forb      forb  forb       ok   forb  forb       forb      forb        forb        forb
FinishDirectorySyncPayload.applied           auth      401     forb    forb     forb   forb     forb      forb  forb       ok   forb  forb       forb      forb        forb        forb
FinishDirectorySyncPayload.removalCount      auth      401     forb    forb     forb   forb     forb      forb  forb       ok   forb  forb       forb      forb        forb        forb
FinishDirectorySyncPayload.removals          auth      401     forb    forb     forb   forb     forb      forb  forb       none forb  forb       forb      forb        forb        forb
FinishDirectorySyncPayload.userErrors        auth      401     forb    forb     forb   forb     forb      forb  forb       ok   forb  forb       forb      forb        forb        forb

RecordUsagePayload.credits                   auth     401      forb     forb     forb     forb     forb     forb     forb     forb     forb     null     forb      forb        forb        forb
RecordUsagePayload.userErrors                auth     401      forb     forb     forb     forb     forb     forb     forb     forb     forb     ok       forb      forb        forb        forb

RecordUsageBatchPayload.results              auth     401      forb     forb     forb     forb     forb     forb     forb     forb     forb     none     forb      forb        forb        forb
RecordUsageBatchPayload.userErrors           auth     401      forb     forb     forb     forb     forb     forb     forb     forb     forb     none     forb      forb        forb        forb

BillingPayload.organization                  auth      401     forb    forb     forb   forb     ok        ok    forb       forb forb forb       forb      forb        forb        forb
BillingPayload.billing                       auth      401     forb    forb     forb   forb     ok        ok    forb       forb forb forb       forb      forb        forb        forb
BillingPayload.userErrors                    auth      401     forb    forb     forb   forb     ok        ok    forb       forb forb forb       forb      forb        forb        forb

ChangeSubscriptionPayload.organization       auth      401     forb    forb     forb   forb     ok        ok    forb       forb forb forb       forb      forb        forb        forb
ChangeSubscriptionPayload.billing            auth      401     forb    forb     forb   forb     ok        ok    forb       forb forb forb       forb      forb        forb        forb
ChangeSubscriptionPayload.checkoutUrl        auth      401     forb    forb     forb   forb     null      null  forb       forb forb forb       forb      forb        forb        forb
ChangeSubscriptionPayload.purchaseRequest    auth      401     forb    forb     forb   forb     null      null  forb       forb forb forb       forb      forb        forb        forb
ChangeSubscriptionPayload.userErrors         auth      401     forb    forb     forb   forb     ok        ok    forb       forb forb forb       forb      forb        forb        forb

CheckoutPayload.checkoutUrl                  auth      401     forb    forb     forb   forb     null      null  forb       forb forb forb       forb      forb        forb        forb
CheckoutPayload.purchaseRequest              auth      401     forb    forb     forb   forb     null      null  forb       forb forb forb       forb      forb        forb        forb
CheckoutPayload.organization                 auth      401     forb    forb     forb   forb     ok        ok    forb       forb forb forb       forb      forb        forb        forb
CheckoutPayload.userErrors                   auth      401     forb    forb     forb   forb     ok        ok    forb       forb forb forb       forb      forb        forb        forb

BillingPortalPayload.url                     auth      401     forb    forb     forb   forb     null      null  forb       forb forb forb       forb      forb        forb        forb
BillingPortalPayload.userErrors              auth      401     forb    forb     forb   forb     ok        ok    forb       forb forb forb       forb      forb        forb        forb

UserError.code                               auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
UserError.message                            auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
UserError.field                              auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
UserError.messageCode                        auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb
UserError.values                             auth      401     forb    forb     forb   forb     forb      ok    forb       forb forb  forb       forb      forb        forb        forb

BillingAdminRosterEvent.version              4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAdminRosterEvent.change               4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
BillingAdminRosterEvent.roster               4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb

RosterChange.kind                            4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
RosterChange.removalReason                   4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
RosterChange.access                          4403      4403    forb    forb     null   null     null      null  forb       forb forb  forb       forb      forb        forb        forb
RosterChange.expiresAt                       4403      4403    forb    forb     null   null     null      null  forb       forb forb  forb       forb      forb        forb        forb
RosterChange.occurredAt                      4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
RosterChange.user                            4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
RosterChange.actor                           4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb

BillingEvent.sequence                        4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
BillingEvent.kind                            4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb
BillingEvent.organization                    4403      4403    forb    forb     ok     ok       ok        ok    forb       forb forb  forb       forb      forb        forb        forb

Query.directoryOrganization                  auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
Query.directoryOrganizations                 auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganization.id                     auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganization.name                   auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganization.contractType           auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganization.memberCount            auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganization.members                auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganization.pendingInvitations     auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganizationConnection.edges        auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganizationConnection.nodes        auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganizationConnection.pageInfo     auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganizationEdge.cursor             auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryOrganizationEdge.node               auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryMemberConnection.edges              auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryMemberConnection.nodes              auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryMemberConnection.pageInfo           auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryMemberEdge.cursor                   auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryMemberEdge.node                     auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryMember.user                         auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryMember.role                         auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryMember.revision                     auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        null
DirectoryMember.billingAdmin                 auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryInvitationConnection.edges          auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryInvitationConnection.nodes          auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryInvitationConnection.pageInfo       auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryInvitationEdge.cursor               auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryInvitationEdge.node                 auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryInvitation.id                       auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryInvitation.email                    auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
DirectoryInvitation.role                     auth      401     forb    forb     forb   forb     forb      forb  forb       forb forb  forb       forb      forb        forb        ok
`;

/** Viewers who are answered as another one, but for these fields, or all fields of a type. A row above holds for them too. */
const ALIKE: readonly {
  readonly viewer: string;
  readonly as: string;
  readonly but: Readonly<Record<string, string>>;
}[] = [
  // A grant to look only (T1).
  {
    viewer: 'viewAdmin',
    as: 'billAdmin',
    but: {
      // They may ask for MANAGE (R11).
      'Mutation.requestBillingAccess': 'done',
      'Mutation.changeSubscription': 'forb',
      'Mutation.cancelSubscription': 'forb',
      'Mutation.resumeSubscription': 'forb',
      'Mutation.createTopUpCheckout': 'forb',
      'Mutation.updateAutoRecharge': 'forb',
      'Mutation.setCreditAlerts': 'forb',
      'Mutation.createBillingPortalSession': 'forb',
      'Mutation.withdrawPurchase': 'forb',
      // Only who asked and who approved.
      'PurchaseRequest.checkoutUrl': 'null',
      'Billing.autoRecharge': 'forb',
      'Billing.subscriptionChangePreview': 'forb',
      'BillingControlState.unavailableReason': 'ok',
      'BillingControlState.message': 'ok',
      // Behind those two fields of Billing.
      SubscriptionChangePreview: 'forb',
      AutoRecharge: 'forb',
      CreditPack: 'forb',
      // And behind those mutations.
      BillingPayload: 'forb',
      ChangeSubscriptionPayload: 'forb',
      CheckoutPayload: 'forb',
      BillingPortalPayload: 'forb',
    },
  },
  // A grant that has ended, though nobody has written that (T2).
  // They have withdrawn no request.
  { viewer: 'endedAdmin', as: 'orgAdmin', but: { 'Billing.nextRequestAt': 'null' } },
];

const [NAMES = [], ...ROWS] = linesOf(TABLE);

/** The rows by `Type.field`: one word for each viewer. */
export const ACCESS_TABLE: ReadonlyMap<string, readonly string[]> = new Map(
  ROWS.map(([coordinate = '', ...cells]) => [
    coordinate,
    [
      ...cells,
      ...ALIKE.map(({ as, but }) => but[coordinate] ?? but[typeOf(coordinate)] ?? cells[NAMES.indexOf(as)] ?? ''),
    ],
  ]),
);

/** The viewers that the table names above its columns. */
export const COLUMNS: readonly string[] = [...NAMES, ...ALIKE.map(({ viewer }) => viewer)];

function typeOf(coordinate: string): string {
  return coordinate.replace(/\..*/, '');
}

function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
}
