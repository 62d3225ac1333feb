import { ThreadPool, ProcessPool, isMain, asCompleted, wait } from '@manycore/pool';
export function square(n) { if (n===13) throw new Error('13'); return n*n; }
export async function slow(ms){ await new Promise(r=>setTimeout(r,ms)); return ms; }
if (isMain(import.meta)) {
    const pool = new ThreadPool({ workers: 2 });
    for await (const x of pool.imap(square, [1,2,3,4,5], {chunkSize:2})) console.log(x);
    for await (const x of pool.imapUnordered(slow, [100,1,50])) console.log(x);
    try { for await (const x of pool.imap(square, Array.from({length:20},(_, i)=>i), {chunkSize:5})) console.log(x); } catch(e) { console.log(String(e)) }
    async function* inf(){ try { for(let i=100;;i++) yield i; } finally { console.log('closed') } }
    let k=0; for await (const x of pool.imap(square, inf())) { if (k++>5) break; }
    const fs=[300,10,100].map(n=>pool.submit(slow,n)); console.log(fs.map(f=>[f.running(),f.done()]), fs[2].cancel());
    for await (const f of asCompleted(fs)) console.log(await f.exception());
    console.log(await wait(fs));
    const t=performance.now(); let n=0; for await (const x of pool.imap(square, (function*(){for(let i=100;i<1e6;i++) yield i})(), {chunkSize:500})) n++; console.log(n, performance.now()-t, process.memoryUsage().rss/1e6);
    const t1=performance.now(); n=0; for await (const x of pool.imap(square, (function*(){for(let i=100;i<2e4;i++) yield i})())) n++; console.log(n, performance.now()-t1);
    const it = pool.imap(square,[1,2,3]); pool.close(); await pool.join(); for await (const x of it) console.log(x);
}
