// Part of the sample session: a server that needs a moment before it can be used, like a trading gateway or a model
// server. It listens on a free port of this machine and answers every connection with one line.
import { createServer } from 'node:net'

const warmUpMs = 2000

console.log(`${new Date().toISOString()} loading, ready in ${warmUpMs / 1000} s`)
setTimeout(() => {
  let clients = 0
  const server = createServer((socket) => {
    clients += 1
    socket.on('error', () => {})
    socket.end(`hello, you are client ${clients}\n`)
  })
  server.listen(0, '127.0.0.1', () => {
    console.log(`${new Date().toISOString()} operative on port ${server.address().port}`)
  })
  setInterval(() => console.log(`${new Date().toISOString()} served ${clients} clients`), 5000)
}, warmUpMs)
