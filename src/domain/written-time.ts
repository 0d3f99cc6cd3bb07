const TIME = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
  hourCycle: 'h23',
});

/** An ISO 8601 time in an English sentence. */
export function writtenTime(time: string): string {
  return `${TIME.format(new Date(time))} UTC`;
}
