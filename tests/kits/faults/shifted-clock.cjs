// Required before the service: its clock is off by as many milliseconds as the file says that FAULTS_CLOCK names. The file
// is read at the start and when SIGUSR2 comes, so that the clock jumps under a running process.
const { readFileSync } = require('node:fs');

const RealDate = Date;
let shift = 0;
const now = () => RealDate.now() + shift;
const readShift = () => {
  shift = Number(readFileSync(process.env.FAULTS_CLOCK, 'utf8'));
};

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) => Reflect.construct(target, values.length > 0 ? values : [now()], newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

readShift();
process.on('SIGUSR2', readShift);
