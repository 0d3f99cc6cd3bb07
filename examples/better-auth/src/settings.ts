/** The environment is read once, here. The defaults suit a trial on one machine; the secrets have none. */
const read = (name: string, otherwise?: string): string => {
  const value = process.env[name] || otherwise;
  if (value === undefined) throw new Error(`Set ${name}.`);
  return value;
};

const port = Number(read('PORT', '3000'));

export const settings = {
  port,
  databaseFile: read('DATABASE_FILE', 'example.sqlite'),
  /** Where browsers and Billing Admins reach this application. It is the issuer of its tokens: the service's AUTH_ISSUER. */
  url: read('APP_URL', `http://127.0.0.1:${port}`),
  /** Better Auth signs its cookies and encrypts its private keys with it. */
  secret: read('BETTER_AUTH_SECRET'),
  /** Where this application and browsers reach Billing Admins. */
  billingUrl: read('BILLING_URL', 'http://127.0.0.1:4000'),
  /** The service's AUTH_AUDIENCE. */
  billingAudience: read('BILLING_AUDIENCE', 'billing-admins'),
  /** One of the service's WEBHOOK_SECRETS. */
  webhookSecret: read('WEBHOOK_SECRET'),
  smtpUrl: read('SMTP_URL', 'smtp://127.0.0.1:2525'),
  mailFrom: read('MAIL_FROM', 'no-reply@app.example'),
};
