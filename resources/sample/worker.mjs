// Part of the sample session: a program that is only worth starting when what it depends on is there. It counts, and now
// and then writes a warning to standard error.
const stepMs = 1000
let step = 0

console.log(`${new Date().toISOString()} started as ${process.env.PROCESSION_ALIAS ?? 'worker'}`)
setInterval(() => {
  step += 1
  console.log(`${new Date().toISOString()} step ${step} done`)
  if (step % 10 === 0) console.error(`${new Date().toISOString()} warning: step ${step} took longer than planned`)
}, stepMs)
