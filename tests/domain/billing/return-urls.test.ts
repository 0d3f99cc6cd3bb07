import { isReturnUrl } from '../../../src/domain/billing/return-urls';

const ORIGINS = ['https://app.example.com', 'http://localhost:3000'];

test.each([
  'https://app.example.com',
  'https://app.example.com/billing?tab=credits#top',
  'HTTPS://APP.example.com/',
  'https://app.example.com:443/x',
  'http://localhost:3000/billing',
  'https://app.example.com/@bea',
  'https://app.example.com?to=bea@example.com',
  'https://app.example.com#@',
  'https://app.example.com/?next=https://bea@example.com/',
])('B3 a payer may be sent on to %s', (address) => {
  expect(isReturnUrl(address, ORIGINS)).toBe(true);
});

test.each([
  ['another origin', 'https://evil.example/'],
  ['another port', 'https://app.example.com:8443/'],
  ['http where https was allowed', 'http://app.example.com/'],
  ['a scheme that runs code', 'javascript:alert(1)//https://app.example.com'],
  ['data', 'data:text/html,https://app.example.com'],
  ['another scheme', 'ftp://app.example.com/'],
  ['user-info', 'https://app.example.com@evil.example/'],
  ['user-info before the right host', 'https://user:password@app.example.com/'],
  ['user-info on another scheme', 'http://user@localhost:3000/'],
  ['an empty user', 'https://@app.example.com/'],
  ['a look-alike host', 'https://app.examp1e.com/'],
  ['a longer host', 'https://app.example.com.evil.example/'],
  ['a host of look-alike letters', 'https://аpp.example.com/'],
  ['wide letters that fold into the right host', 'https://ａpp.example.com/'],
  ['a dot that folds into a dot', 'https://app。example.com/'],
  ['backslashes', 'https:\\\\app.example.com\\'],
  ['a backslash in the host', 'https://app.example.com\\@evil.example/'],
  ['a backslash in the path', 'https://app.example.com/\\evil.example'],
  ['a port that there is not', 'https://app.example.com:99999/'],
  ['another text before', 'x https://app.example.com/'],
  ['the scheme alone', 'https://'],
  ['a missing scheme', '//app.example.com/'],
  ['a path', '/billing'],
  ['a space before', ' https://app.example.com/'],
  ['a line break', 'https://app.example.com/\nx'],
  ['nothing', ''],
])('B3 a payer is not sent on to %s', (_what, address) => {
  expect(isReturnUrl(address, ORIGINS)).toBe(false);
});
