/** How far an organization's log has come: the two counts of E2. */
export interface Head {
  readonly organizationId: string;
  readonly sequence: number;
  readonly version: number;
}
